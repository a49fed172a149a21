"""Channels that messages leave by: SMTP, or caught for somebody to look at."""

from __future__ import annotations

import contextlib
import dataclasses
import queue
import re
import smtplib
import socket
import time
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from email.policy import SMTP
from typing import Protocol

from notifications.smtp_url import SmtpServer

CONNECTIONS = 4
SHORTEST_TIMEOUT_SECONDS = 0.001  # none at all would mean: do not wait
LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)
OK, WILL_FORWARD, START_INPUT = 250, 251, 354


@dataclasses.dataclass(frozen=True)
class Sent:
    """A server took the message; `reply` is what it said, often with its own queue id."""

    reply: str


class Channel(Protocol):
    """`send` returns once the other side is responsible for the message."""

    def send(self, message: EmailMessage) -> Sent: ...


class Undelivered(Exception):
    """The message did not leave. `reply` may hold an address; `str()` never does and can be logged."""

    def __init__(self, step: str, code: int | None = None, reply: str = "") -> None:
        super().__init__(f"{step}: {code or 'no answer'}")
        self.step, self.code, self.reply = step, code, reply


class TemporarilyRefused(Undelivered):
    """Worth another try: the server is busy or out of reach, or does not know us."""

    @property
    def may_have_arrived(self) -> bool:
        """The connection was lost between the message and the server's answer to it."""
        return self.step == "acceptance" and self.code is None


class PermanentlyRefused(Undelivered):
    """This message to this recipient will never be taken."""


class CaughtChannel:
    """Sends nothing: hands each message to `keep`."""

    def __init__(self, keep: Callable[[EmailMessage], None]) -> None:
        self._keep = keep

    def send(self, message: EmailMessage) -> Sent:
        self._keep(message)
        return Sent("caught")


class SmtpChannel:
    """Sends through one server over a few connections, which stay open between messages.

    The server has `timeout_seconds` until it wants the message, and as long again to take it.
    """

    def __init__(self, url: str, timeout_seconds: float = 30, *, connections: int = CONNECTIONS) -> None:
        self._server = SmtpServer.from_url(url)
        self._timeout_seconds = timeout_seconds
        self._tls = self._server.tls_context()
        self._slots: queue.LifoQueue[smtplib.SMTP | None] = queue.LifoQueue()
        for _ in range(connections):
            self._slots.put(None)

    def send(self, message: EmailMessage) -> Sent:
        deadline = time.monotonic() + self._timeout_seconds
        with self._connection(deadline) as connection:
            return self._hand_over(connection, message, deadline)

    def close(self) -> None:
        """Say goodbye on the connections that nobody uses at the moment."""
        idle = []
        with contextlib.suppress(queue.Empty):
            while True:
                idle.append(self._slots.get_nowait())
        for connection in idle:
            _quit(connection)
            self._slots.put(None)

    @contextlib.contextmanager
    def _connection(self, deadline: float) -> Iterator[smtplib.SMTP]:
        """A connection that answers; one that had any trouble except a refusal is not used again."""
        try:
            idle = self._slots.get(timeout=self._timeout_seconds)
        except queue.Empty:
            raise TemporarilyRefused("connection") from None
        usable: smtplib.SMTP | None = None
        try:
            connection = idle if idle and _answers(idle, deadline) else self._connect(deadline)
            try:
                yield connection
                usable = connection
            except Undelivered as refusal:
                usable = connection if refusal.code not in (None, 421) else None
                raise
            finally:
                if usable is None:
                    connection.close()
        finally:
            self._slots.put(usable)

    def _hand_over(self, connection: smtplib.SMTP, message: EmailMessage, deadline: float) -> Sent:
        """One message in a few steps, each with its own meaning of a refusal."""
        sender, recipient = (message[name].addresses[0].addr_spec for name in ("From", "To"))
        with _step("sender", connection, deadline):
            connection.ehlo_or_helo_if_needed()
            is_international = not (sender + recipient).isascii()
            if is_international and not connection.has_extn("smtputf8"):
                raise PermanentlyRefused("recipient", 553, "the server takes no international addresses")
            options = ("SMTPUTF8", "BODY=8BITMIME") if is_international else ()
            _expect("sender", OK, connection.mail(sender, options))
        with _step("recipient", connection, deadline):
            _expect("recipient", OK, connection.rcpt(recipient), WILL_FORWARD)
        octets = message.as_bytes(policy=SMTP.clone(utf8=is_international))
        with _step("data", connection, deadline):
            _expect("data", START_INPUT, connection.docmd("DATA"))
        with _step("acceptance", connection, time.monotonic() + self._timeout_seconds):
            connection.send(LEADING_DOT.sub(b"..", octets) + b".\r\n")
            return Sent(_expect("acceptance", OK, connection.getreply()))

    def _connect(self, deadline: float) -> smtplib.SMTP:
        server = self._server
        with _as_refusals("connection"):
            connection = self._open(_seconds_until(deadline))
        try:
            with _step("encryption", connection, deadline):
                if server.is_starttls:
                    connection.starttls(context=self._tls)
            with _step("log-in", connection, deadline):
                if server.user:
                    connection.login(server.user, server.password)
        except TemporarilyRefused:
            connection.close()
            raise
        return connection

    def _open(self, timeout: float) -> smtplib.SMTP:
        host, port = self._server.host, self._server.port
        if self._server.is_tls:
            return smtplib.SMTP_SSL(host, port, _own_name(), timeout=timeout, context=self._tls)
        return smtplib.SMTP(host, port, _own_name(), timeout=timeout)


def _expect(step: str, wanted: int, answer: tuple[int, bytes], *also: int) -> str:
    code, text = answer
    reply = f"{code} {text.decode('utf-8', 'replace')}"
    if code in (wanted, *also):
        return reply
    # A sender that is refused is our own mistake, not the recipient's: it must not cost the mail.
    is_final = 500 <= code < 600 and step != "sender"
    raise (PermanentlyRefused if is_final else TemporarilyRefused)(step, code, reply)


@contextlib.contextmanager
def _step(step: str, connection: smtplib.SMTP, deadline: float) -> Iterator[None]:
    """One exchange with the server, which must answer before the deadline."""
    with _as_refusals(step):
        if connection.sock:
            connection.sock.settimeout(_seconds_until(deadline))
        yield


def _seconds_until(deadline: float) -> float:
    return max(deadline - time.monotonic(), SHORTEST_TIMEOUT_SECONDS)


@contextlib.contextmanager
def _as_refusals(step: str) -> Iterator[None]:
    """Whatever goes wrong between us and the server is a reason to try again later."""
    try:
        yield
    except smtplib.SMTPResponseException as error:
        reply = error.smtp_error.decode("utf-8", "replace") if isinstance(error.smtp_error, bytes) else ""
        raise TemporarilyRefused(step, error.smtp_code, f"{error.smtp_code} {reply}") from None
    except (smtplib.SMTPException, OSError, EOFError) as error:
        raise TemporarilyRefused(step, None, type(error).__name__) from None


def _answers(connection: smtplib.SMTP, deadline: float) -> bool:
    """Does an idle connection still live? Clears what the last message left behind on the way."""
    with contextlib.suppress(TemporarilyRefused), _step("connection", connection, deadline):
        if connection.rset()[0] == OK:
            return True
    connection.close()
    return False


def _quit(connection: smtplib.SMTP | None) -> None:
    if connection:
        with contextlib.suppress(smtplib.SMTPException, OSError):
            connection.quit()


def _own_name() -> str:
    """What to say in EHLO; smtplib would ask the name servers, for seconds where there are none."""
    name = socket.gethostname()
    return name if "." in name and name.isascii() else "[127.0.0.1]"

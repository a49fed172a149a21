"""How does a message leave the house? By SMTP, or caught for somebody to look at."""

from __future__ import annotations

import contextlib
import dataclasses
import queue
import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from email.message import EmailMessage, Message
from email.policy import SMTP
from typing import Protocol, Self, TypedDict
from urllib.parse import parse_qs, unquote, urlsplit

CONNECTIONS = 2
PORTS = {"smtp": 25, "smtps": 465}
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
OPTIONS = frozenset({"starttls", "ca_file"})
LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)
OK, WILL_FORWARD, START_INPUT = 250, 251, 354


@dataclasses.dataclass(frozen=True)
class Sent:
    """A server took the message; `reply` is what it said, often with its own queue id."""

    reply: str


class Channel(Protocol):
    """A way out; `send` returns once the other side is responsible for the message."""

    def send(self, message: EmailMessage) -> Sent: ...


class Undelivered(Exception):  # noqa: N818 (an outcome that the courier expects)
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


@dataclasses.dataclass(frozen=True, kw_only=True)
class Server:
    """What a channel's address says: smtp://user:password@host:port?starttls=required or smtps://…"""

    host: str
    port: int
    is_tls: bool
    is_starttls: bool
    user: str = ""
    password: str = dataclasses.field(default="", repr=False)
    ca_file: str | None = None

    @classmethod
    def at(cls, url: str) -> Self:
        """Read the address; a mistake is named without repeating the address, which may hold a password."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:  # its text may hold a piece of an unquoted password
            raise ValueError("The SMTP address cannot be read; are all special characters quoted?") from None
        options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        starttls = options.get("starttls", "required")
        if parts.scheme not in PORTS or not parts.hostname:
            raise ValueError("The SMTP address must read smtp://host or smtps://host")
        if options.keys() - OPTIONS or starttls not in ("required", "none"):
            raise ValueError(
                "The SMTP address may end in ?starttls=required|none and &ca_file=…, nothing else"
            )
        server = cls(
            host=parts.hostname,
            port=port or PORTS[parts.scheme],
            is_tls=parts.scheme == "smtps",
            is_starttls=parts.scheme == "smtp" and starttls == "required",
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            ca_file=options.get("ca_file"),
        )
        if server.user and not (server.is_tls or server.is_starttls or server.host in LOOPBACK):
            raise ValueError("The SMTP address holds a password, which must not travel without TLS")
        return server


class SmtpChannel:
    """Sends through one server over a few connections, which stay open between messages."""

    def __init__(self, url: str, timeout_seconds: float = 30, *, connections: int = CONNECTIONS) -> None:
        self._server = Server.at(url)
        self._timeout_seconds = timeout_seconds
        self._tls = _tls_context(self._server)
        self._slots: queue.LifoQueue[smtplib.SMTP | None] = queue.LifoQueue()
        for _ in range(connections):
            self._slots.put(None)

    def send(self, message: EmailMessage) -> Sent:
        with self._connection() as connection:
            return _hand_over(connection, message)

    def close(self) -> None:
        """Say goodbye on the connections that nobody uses at the moment."""
        idle = []
        with contextlib.suppress(queue.Empty):
            while True:
                idle.append(self._slots.get_nowait())
        for connection in idle:
            _leave(connection)
            self._slots.put(None)

    @contextlib.contextmanager
    def _connection(self) -> Iterator[smtplib.SMTP]:
        """A connection that answers; one that had any trouble except a refusal is not used again."""
        try:
            kept = self._slots.get(timeout=self._timeout_seconds)
        except queue.Empty:
            raise TemporarilyRefused("connection") from None
        usable: smtplib.SMTP | None = None
        try:
            connection = kept if kept and _answers(kept) else self._connect()
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

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        with _as_refusals("connection"):
            connection = self._open()
        try:
            with _as_refusals("encryption"):
                if server.is_starttls:
                    connection.starttls(context=self._tls)
            with _as_refusals("log-in"):
                if server.user:
                    connection.login(server.user, server.password)
        except TemporarilyRefused:
            connection.close()
            raise
        return connection

    def _open(self) -> smtplib.SMTP:
        host, port, timeout = self._server.host, self._server.port, self._timeout_seconds
        if self._server.is_tls:
            return smtplib.SMTP_SSL(host, port, _own_name(), timeout=timeout, context=self._tls)
        return smtplib.SMTP(host, port, _own_name(), timeout=timeout)


def _hand_over(connection: smtplib.SMTP, message: EmailMessage) -> Sent:
    """One message in a few steps, each with its own meaning of a refusal."""
    sender, recipient = (message[name].addresses[0].addr_spec for name in ("From", "To"))
    with _as_refusals("sender"):
        connection.ehlo_or_helo_if_needed()
        is_international = not (sender + recipient).isascii()
        if is_international and not connection.has_extn("smtputf8"):
            raise PermanentlyRefused("recipient", 553, "the server takes no international addresses")
        options = ("SMTPUTF8", "BODY=8BITMIME") if is_international else ()
        _expect("sender", OK, connection.mail(sender, options))
    with _as_refusals("recipient"):
        _expect("recipient", OK, connection.rcpt(recipient), WILL_FORWARD)
    octets = message.as_bytes(policy=SMTP.clone(utf8=is_international))
    with _as_refusals("data"):
        _expect("data", START_INPUT, connection.docmd("DATA"))
    with _as_refusals("acceptance"):
        connection.send(LEADING_DOT.sub(b"..", octets) + b".\r\n")
        return Sent(_expect("acceptance", OK, connection.getreply()))


def _expect(step: str, wanted: int, answer: tuple[int, bytes], *also: int) -> str:
    code, text = answer
    reply = f"{code} {text.decode('utf-8', 'replace')}"
    if code in (wanted, *also):
        return reply
    # A sender that is refused is our own mistake, not the recipient's: it must not cost the mail.
    is_final = 500 <= code < 600 and step != "sender"
    raise (PermanentlyRefused if is_final else TemporarilyRefused)(step, code, reply)


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


def _answers(connection: smtplib.SMTP) -> bool:
    """Does an idle connection still live? Clears what the last message left behind on the way."""
    with contextlib.suppress(smtplib.SMTPException, OSError):
        if connection.rset()[0] == OK:
            return True
    connection.close()
    return False


def _leave(connection: smtplib.SMTP | None) -> None:
    if connection:
        with contextlib.suppress(smtplib.SMTPException, OSError):
            connection.quit()


def _tls_context(server: Server) -> ssl.SSLContext | None:
    if not (server.is_tls or server.is_starttls):
        return None
    context = ssl.create_default_context(cafile=server.ca_file)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _own_name() -> str:
    """What to say in EHLO; smtplib would ask the name servers, for seconds where there are none."""
    name = socket.gethostname()
    return name if "." in name and name.isascii() else "[127.0.0.1]"


class Caught(TypedDict):
    """A message taken apart for a reader."""

    to: str
    sender: str
    subject: str
    text: str
    html: str
    headers: list[dict[str, str]]
    attachments: list[dict[str, str | int]]


def as_caught(message: EmailMessage) -> Caught:
    """The parts of a message that a mailbox page shows."""
    return Caught(
        to=message["To"].addresses[0].addr_spec,
        sender=str(message["From"]),
        subject=str(message["Subject"]),
        text=_body(message, "plain"),
        html=_body(message, "html"),
        headers=[{"name": name, "value": str(value)} for name, value in message.items()],
        attachments=[_attachment(part) for part in message.iter_attachments()],
    )


def _body(message: EmailMessage, subtype: str) -> str:
    part = message.get_body(preferencelist=(subtype,))
    return str(part.get_content()).replace("\r\n", "\n") if part else ""


def _attachment(part: Message) -> dict[str, str | int]:
    content = part.get_payload(decode=True)
    return {
        "filename": part.get_filename() or "",
        "content_type": part.get_content_type(),
        "size": len(content) if isinstance(content, bytes) else 0,
    }

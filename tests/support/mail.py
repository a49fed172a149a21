"""An SMTP server in a thread, which keeps the mails of a test or refuses them as scripted."""

import asyncio
from asyncio import WriteTransport
from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from chassis.process.ports import free_port
from tests.support.waiting import eventually

ACCEPTED = "250 2.0.0 kept"
# Instead of an answer: the connection breaks, before the mail is kept or after it.
DROP_BEFORE_KEEPING = "drop before keeping"
DROP_AFTER_KEEPING = "drop after keeping"
HELD_SECONDS = 0.05
# A mail goes by an event, a queue, a table and SMTP, beside whatever else the machine does.
MAIL_SECONDS = 60.0


@dataclass(frozen=True)
class Mail:
    """One mail as it arrived."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    def text(self, kind: str = "plain") -> str:
        """The body as text, `plain` or `html`."""
        body = self.message.get_body((kind,))
        return str(body.get_content()).replace("\r\n", "\n") if body else ""


class MailSink:
    """Listens on a free port; `mails` are what it accepted, in order."""

    def __init__(self) -> None:
        self.port = free_port()
        self.mails: list[Mail] = []
        self._answers: defaultdict[str, deque[str]] = defaultdict(deque)
        self._held: set[str] = set()
        self.holding: set[str] = set()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._controller.stop()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def answer(self, address: str, *answers: str) -> None:
        """To the next mails for this address, one each: "451 4.3.0 later", "550 5.1.1 unknown", a drop; then yes."""
        self._answers[address].extend(answers)

    @contextmanager
    def hold(self, *addresses: str) -> Iterator[None]:
        """For the length of the block, mails to these addresses get no answer; `holding` are those that wait."""
        self._held.update(addresses)
        try:
            yield
        finally:
            self._held.difference_update(addresses)

    def to(self, address: str) -> list[Mail]:
        return [mail for mail in self.mails if address in mail.recipients]

    def wait_for(self, address: str, *, count: int = 1, timeout_seconds: float = MAIL_SECONDS) -> list[Mail]:
        def has_come() -> list[Mail]:
            found = self.to(address)
            return found if len(found) >= count else []

        return eventually(has_come, timeout_seconds, f"{count} mail(s) to {address}")

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 aiosmtpd
        while held := self._held.intersection(envelope.rcpt_tos):
            self.holding |= held
            await asyncio.sleep(HELD_SECONDS)
        answer = next((script.popleft() for script in self._scripts(envelope) if script), ACCEPTED)
        if answer.startswith("2") or answer == DROP_AFTER_KEEPING:
            self.mails.append(received(envelope))
        if answer in (DROP_BEFORE_KEEPING, DROP_AFTER_KEEPING) and isinstance(
            server.transport, WriteTransport
        ):
            server.transport.abort()
        return answer

    def _scripts(self, envelope: Envelope) -> list[deque[str]]:
        return [self._answers[address] for address in envelope.rcpt_tos if address in self._answers]


def received(envelope: Envelope) -> Mail:
    content = (
        envelope.content if isinstance(envelope.content, bytes) else str(envelope.content or "").encode()
    )
    message = message_from_bytes(content, EmailMessage, policy=policy.default)
    return Mail(envelope.mail_from or "", tuple(envelope.rcpt_tos), message)

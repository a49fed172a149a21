"""What the pages of the mailbox are drawn from."""

from __future__ import annotations

import dataclasses
import datetime
import uuid

from gateway.layout.contexts import Page
from wire.notifications import CaughtMail


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Header:
    name: str
    value: str


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Attachment:
    filename: str
    content_type: str
    size: int


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Mail:
    id: uuid.UUID
    to: str
    sender: str
    subject: str
    text: str
    html: str
    headers: tuple[Header, ...]
    attachments: tuple[Attachment, ...]
    caught_at: datetime.datetime

    @classmethod
    def of(cls, mail: CaughtMail) -> Mail:
        return cls(
            id=uuid.UUID(str(mail.id)),
            to=mail.to,
            sender=mail.sender,
            subject=mail.subject,
            text=mail.text,
            html=mail.html,
            headers=tuple(Header(name=header.name, value=header.value) for header in mail.headers),
            attachments=tuple(
                Attachment(filename=part.filename, content_type=part.content_type, size=part.size)
                for part in mail.attachments
            ),
            caught_at=mail.caught_at,
        )


@dataclasses.dataclass(frozen=True, kw_only=True)
class Mailbox(Page):
    """The caught mails, newest first; `selected` is open to be read; `to` is the recipient looked for."""

    template = "mailbox/mailbox"

    mails: tuple[Mail, ...]
    selected: Mail | None
    to: str = ""

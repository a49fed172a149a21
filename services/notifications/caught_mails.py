"""Caught mails, stored for the mailbox page of a suite that sends none."""

from __future__ import annotations

import datetime
import uuid
from email.message import EmailMessage, Message
from typing import TypedDict

from sqlalchemy import select
from sqlalchemy.orm import Session

from notifications.models import CaughtMailRow
from wire.notifications import CaughtAttachment, CaughtHeader, CaughtMail, Mailbox

SHOWN = 100


class Caught(TypedDict):
    """A message taken apart for a reader."""

    to: str
    sender: str
    subject: str
    text: str
    html: str
    headers: list[dict[str, str]]
    attachments: list[dict[str, str | int]]


def keep(session: Session, message: EmailMessage, *, now: datetime.datetime) -> None:
    parts = as_caught(message)
    session.add(
        CaughtMailRow(id=uuid.uuid4(), recipient_key=parts["to"].lower(), parts=dict(parts), caught_at=now)
    )


def newest(session: Session, to: str | None) -> Mailbox:
    """The newest caught mails, of one recipient when `to` is given."""
    query = select(CaughtMailRow).order_by(CaughtMailRow.caught_at.desc(), CaughtMailRow.id).limit(SHOWN)
    if to is not None:
        query = query.where(CaughtMailRow.recipient_key == to.lower())
    return Mailbox(messages=tuple(_mail(row) for row in session.scalars(query)))


def _mail(row: CaughtMailRow) -> CaughtMail:
    parts = row.parts
    return CaughtMail(
        id=row.id,
        to=parts["to"],
        sender=parts["sender"],
        subject=parts["subject"],
        text=parts["text"],
        html=parts["html"],
        headers=tuple(CaughtHeader(**header) for header in parts["headers"]),
        attachments=tuple(CaughtAttachment(**attachment) for attachment in parts["attachments"]),
        caught_at=row.caught_at,
    )


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

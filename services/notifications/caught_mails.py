"""Which mails were caught? Kept and read for the mailbox page of a suite that sends none."""

from __future__ import annotations

import datetime
import uuid
from email.message import EmailMessage

from sqlalchemy import select
from sqlalchemy.orm import Session

from notifications.channels import as_caught
from notifications.models import CaughtMailRow
from wire.notifications import CaughtAttachment, CaughtHeader, CaughtMail, Mailbox

SHOWN = 100


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

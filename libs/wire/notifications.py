"""The contract of the notifications service: what was written to whom, and whether it arrived."""

from __future__ import annotations

import datetime
import uuid

from wire.contract import Contract, Event, Refusal, Rpc, message


@message
class ListMailbox:
    """The newest caught mails, of one recipient when `to` is given."""

    to: str | None = None


@message
class CaughtHeader:
    name: str
    value: str


@message
class CaughtAttachment:
    filename: str
    content_type: str
    size: int


@message
class CaughtMail:
    id: uuid.UUID
    to: str
    sender: str
    subject: str
    text: str
    html: str
    headers: tuple[CaughtHeader, ...]
    attachments: tuple[CaughtAttachment, ...]
    caught_at: datetime.datetime


@message
class Mailbox:
    messages: tuple[CaughtMail, ...]


@message
class NotificationSent:
    notification_id: uuid.UUID
    mail: str
    sent_at: datetime.datetime


@message
class NotificationAbandoned:
    notification_id: uuid.UUID
    mail: str
    reason: str


class MailboxClosed(Refusal):
    """Mails are sent for real here; nothing is caught."""

    code = "mailbox_closed"


class Notifications(Contract):
    name = "notifications"

    list_mailbox = Rpc(ListMailbox, Mailbox, refuses=(MailboxClosed,))

    notification_sent = Event(NotificationSent)
    notification_abandoned = Event(NotificationAbandoned)

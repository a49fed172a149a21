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
    """A mail server has taken the mail. `secret_id` is the id of the token in its link, where it has one."""

    notification_id: uuid.UUID
    mail: str
    sent_at: datetime.datetime
    secret_id: uuid.UUID | None = None


@message
class NotificationDelivered:
    """The mail is where its recipient reads it."""

    notification_id: uuid.UUID
    mail: str
    delivered_at: datetime.datetime
    secret_id: uuid.UUID | None = None


@message
class NotificationAbandoned:
    """The mail will not arrive: it was refused for good, or for too long."""

    notification_id: uuid.UUID
    mail: str
    reason: str
    secret_id: uuid.UUID | None = None


class MailboxClosed(Refusal):
    """Mails are sent for real here; nothing is caught."""

    code = "mailbox_closed"


class Notifications(Contract):
    name = "notifications"

    list_mailbox = Rpc(ListMailbox, Mailbox, refuses=(MailboxClosed,))

    notification_sent = Event(NotificationSent, is_owed=True)
    notification_delivered = Event(NotificationDelivered, is_owed=True)
    notification_abandoned = Event(NotificationAbandoned, is_owed=True)

"""The notifications service: the events that mails are sent for, their delivery, and the mailbox."""

from __future__ import annotations

from notifications.delivery.entrypoints import DeliveryEntrypoints
from notifications.mailbox.entrypoints import MailboxEntrypoints
from notifications.mails.entrypoints import MailEntrypoints
from wire.notifications import Notifications


class NotificationsService(MailEntrypoints, DeliveryEntrypoints, MailboxEntrypoints):
    name = Notifications.name

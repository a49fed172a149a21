"""Caught mails, shown to whoever looks at the mailbox page."""

from __future__ import annotations

from chassis.rpc import serve
from notifications import caught_mails
from notifications.entrypoints import NotificationsEntrypoints
from wire.notifications import ListMailbox, Mailbox, MailboxClosed, Notifications


class MailboxEntrypoints(NotificationsEntrypoints):
    @serve(Notifications.list_mailbox)
    def list_mailbox(self, request: ListMailbox) -> Mailbox:
        if not self.settings.is_caught:
            raise MailboxClosed
        with self.work.all_tenants() as work:
            return caught_mails.newest(work.session, request.to)

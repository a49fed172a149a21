"""What the topics share that change contacts: the account's country, and the sessions that end with a change."""

from __future__ import annotations

from chassis import context
from chassis.database.work import Work
from contacts.people.changes import Change
from contacts.people.models import ContactRow
from contacts.portal.login import PortalLogin
from contacts.portal.sessions import SessionEnd
from contacts.tenants.lookup import TenantLookup
from wire.absent import Absent
from wire.contacts.people import ContactState


class ContactChanging(TenantLookup, PortalLogin):
    def know_country(self, *numbers: str | Absent | None) -> None:
        """Numbers without a prefix are of the account's country. Call it outside of a transaction."""
        if any(isinstance(number, str) and not number.lstrip().startswith("+") for number in numbers):
            self.tenant(context.require_account_id())

    def shut_out(self, work: Work, row: ContactRow, change: Change) -> None:
        """End the sessions of a contact that by this change is not verified any more, blocked or deleted."""
        if "state" in change.previous and row.state != ContactState.VERIFIED.value:
            self.end_portal_sessions(work, row, reason=SessionEnd(row.state))

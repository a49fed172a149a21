"""What follows a new password of a contact: its other sessions and its links end, and it hears of it."""

from __future__ import annotations

import uuid

from chassis.database.work import Work
from contacts.activation.contact_tokens import TOKENS
from contacts.people import messages
from contacts.people.models import ContactRow
from contacts.portal.login import PortalLogin
from contacts.portal.sessions import SessionEnd
from contacts.tenants.models import TenantRow
from wire.contacts import Contacts
from wire.contacts.portal import ContactPasswordChanged


class FollowedPassword(PortalLogin):
    """What the topics share that give a contact another password."""

    def follow_new_password(self, work: Work, row: ContactRow, *, but: uuid.UUID | None = None) -> None:
        """Sessions, `but` one, and links of before end, and what was tried in vain is forgotten."""
        work.session.flush()
        self.end_portal_sessions(work, row, reason=SessionEnd.PASSWORD_CHANGED, but=but)
        TOKENS.revoke(work.session, row.id)
        self.forget_wrong_passwords(work, row)

    def announce_changed(
        self, work: Work, row: ContactRow, tenant: TenantRow, *, is_reset: bool = False
    ) -> None:
        changed = ContactPasswordChanged(
            contact=messages.as_contact(row),
            changed_at=self.clock.now(),
            is_reset=is_reset,
            **self.mailed_to(row, tenant),
        )
        work.announce(Contacts.contact_password_changed, changed, aggregate=row.id, account_id=row.account_id)

    @staticmethod
    def mailed_to(row: ContactRow, tenant: TenantRow) -> dict[str, str]:
        """From whom, and in which language and time zone, a mail to the contact is written."""
        return {
            "company_name": tenant.company_name,
            "portal_slug": tenant.slug,
            "locale": row.language or tenant.locale,
            "time_zone": row.time_zone or tenant.time_zone,
        }

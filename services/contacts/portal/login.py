"""Log-in of contacts to their portal: the password, the session, and what ends with a session."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from chassis.database.work import Work
from contacts import actors
from contacts.actors import Actor
from contacts.entrypoints import ContactsEntrypoints
from contacts.people.models import ContactRow
from contacts.portal import messages, portal_contacts, portals, sessions
from contacts.portal.sessions import OF_CONTACTS, SessionEnd
from contacts.tenants.models import TenantRow
from identity import throttles
from identity.hasher import Hasher
from identity.verification import Verification
from wire.contacts import Contacts
from wire.contacts.portal import OpenedPortalSession, PortalSessionRevoked


class PortalLogin(ContactsEntrypoints):
    """What the topics share that let contacts in, or end their sessions."""

    @property
    def hasher(self) -> Hasher:
        return Hasher(self.settings)

    @property
    def verification(self) -> Verification[ContactRow]:
        return Verification(
            settings=self.settings,
            now=self.clock.now,
            of_account=self.work.for_tenant,
            renew=portal_contacts.renew_hash,
            note_wrong=self._note_wrong,
        )

    def tenant_of(self, slug: str) -> TenantRow:
        """The account whose portal it is. Raises `PortalNotFound`. Call it outside of a transaction."""
        with self.work.all_tenants() as work:
            return portals.find(work.session, slug)

    def open_portal_session_for(
        self, work: Work, contact: ContactRow, tenant: TenantRow
    ) -> OpenedPortalSession:
        """A session for this contact, whose addresses are loaded and who has proven who it is."""
        now, settings = self.clock.now(), self.settings
        by = self.being(contact)
        ended = OF_CONTACTS.make_room(
            work.session, contact.id, now=now, idle=settings.session_idle, reason=SessionEnd.TOO_MANY
        )
        self.announce_ended(work, ended)
        row, token = OF_CONTACTS.open(
            work.session,
            holder_id=contact.id,
            account_id=contact.account_id,
            user_agent=by.user_agent,
            ip_address=by.ip_address,
            now=now,
            life=settings.session_life,
        )
        self.record(work, "contact_logged_in", contact.id, facts={}, by=by, account_id=contact.account_id)
        return OpenedPortalSession(
            token=token,
            session_id=row.id,
            expires_at=row.expires_at,
            contact=messages.as_portal_contact(contact),
            portal=portals.as_portal(work.session, tenant),
            must_change_password=contact.must_change_password,
        )

    @staticmethod
    def being(contact: ContactRow) -> Actor:
        """Who asks, known to be this contact."""
        return actors.present().being(contact.id, contact.name)

    def end_portal_sessions(
        self, work: Work, contact: ContactRow, *, reason: SessionEnd, but: uuid.UUID | None = None
    ) -> None:
        """End the contact's sessions, `but` one, and tell every gateway."""
        now = self.clock.now()
        ended = sessions.end_of_contact(work.session, contact.id, now=now, reason=reason, but=but)
        self.announce_ended(work, ended)

    @staticmethod
    def announce_ended(work: Work, ended: Iterable[sessions.Ended]) -> None:
        """Tell everybody who keeps sessions in mind that these are over."""
        for session in ended:
            work.announce(
                Contacts.portal_session_revoked,
                PortalSessionRevoked(session_id=session.id, contact_id=session.holder_id),
                aggregate=session.holder_id,
                account_id=session.account_id,
            )

    def forget_wrong_passwords(self, work: Work, contact: ContactRow) -> None:
        """There is a new password: what was tried in vain at the contact's addresses is forgotten."""
        verification = self.verification
        for email in contact.emails:
            counter = verification.counter_of(email.email_key, realm=str(contact.account_id))
            throttles.clear(work.session, counter)

    def _note_wrong(self, contact: ContactRow, tries: int) -> None:
        """However often somebody guesses, the audit log says when it began and when it was stopped."""
        facts, account_id = {"name": contact.name}, contact.account_id
        if tries == 1:
            with self.work.for_tenant(account_id) as work:
                self.record(
                    work, "contact_password_incorrect", contact.id, facts=facts, account_id=account_id
                )
        if tries == self.settings.log_in_fails_max:
            with self.work.for_tenant(account_id) as work:
                self.record(work, "contact_password_locked", contact.id, facts=facts, account_id=account_id)

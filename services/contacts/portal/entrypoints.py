"""Portal: what everybody sees of it, log-in and log-out of its contacts, and who a token speaks for."""

from __future__ import annotations

from functools import partial

from chassis import context
from chassis.events import Received, listen
from chassis.rpc import serve
from contacts.portal import portal_contacts, portals, sessions
from contacts.portal.login import PortalLogin
from contacts.portal.sessions import OF_CONTACTS, SESSIONS, SessionEnd
from wire.accounts import Accounts
from wire.accounts.cancellation import AccountCancelled
from wire.contacts import Contacts
from wire.contacts.portal import (
    ContactIdentity,
    ContactNotVerified,
    EndPortalSession,
    GetPortal,
    IdentifyContact,
    OpenedPortalSession,
    OpenPortalSession,
    Portal,
)
from wire.contract import Nothing
from wire.identity import InvalidCredentials


class PortalEntrypoints(PortalLogin):
    @serve(Contacts.get_portal)
    def get_portal(self, request: GetPortal) -> Portal:
        tenant = self.tenant_of(request.slug)
        with self.work.for_tenant(tenant.account_id) as work:
            return portals.as_portal(work.session, tenant)

    @serve(Contacts.open_portal_session)
    def open_portal_session(self, request: OpenPortalSession) -> OpenedPortalSession:
        """One answer, and one length of time, for every failure before the password is right."""
        tenant = self.tenant_of(request.slug)
        contact = self.verification.log_in(
            request.email,
            request.password,
            begin=partial(self.work.for_tenant, tenant.account_id),
            find=portal_contacts.finder(tenant.account_id),
            realm=str(tenant.account_id),
        )
        with self.work.for_tenant(tenant.account_id) as work:
            locked = portal_contacts.hold(work.session, contact)
            if locked is None:  # the password was changed while this one was being compared
                raise InvalidCredentials
            if locked.verified_at is None:
                raise ContactNotVerified
            return self.open_portal_session_for(work, locked, tenant)

    @serve(Contacts.identify_contact)
    def identify_contact(self, request: IdentifyContact) -> ContactIdentity:
        with self.work.all_tenants() as work:
            return sessions.identify(
                work.session, request.token_digest, now=self.clock.now(), idle=self.settings.session_idle
            )

    @serve(Contacts.end_portal_session)
    def end_portal_session(self, request: EndPortalSession) -> Nothing:  # who asks is in the context
        caller = context.current()
        which = (SESSIONS.c.id == caller.session_id, SESSIONS.c.contact_id == caller.contact_id)
        with self.work() as work:
            ended = OF_CONTACTS.end(work.session, *which, now=self.clock.now(), reason=SessionEnd.LOGGED_OUT)
            self.announce_ended(work, ended)
            return work.answer(Nothing())

    @listen(Accounts.account_cancelled)
    def end_sessions_of_account(self, event: Received[AccountCancelled]) -> None:
        """An account that comes back lets its contacts log in again, and none of them stays logged in."""
        with self.work() as work:
            ended = OF_CONTACTS.end(
                work.session,
                SESSIONS.c.account_id == event.data.account.id,
                now=self.clock.now(),
                reason=SessionEnd.ACCOUNT_CANCELLED,
            )
            self.announce_ended(work, ended)

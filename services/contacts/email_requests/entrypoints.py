"""Requests of contacts for links by email: everybody gets the same answer, who is known gets it a moment later."""

from __future__ import annotations

from chassis import context
from chassis.database.work import Work
from chassis.every import Wakeup, every
from chassis.rpc import serve
from contacts import actors
from contacts.activation import contact_tokens
from contacts.activation.contact_tokens import Purpose
from contacts.activation.models import EmailTokenRequestRow
from contacts.activation.sender import ActivationSender
from contacts.actors import Actor, ActorKind
from contacts.people import messages
from contacts.people.models import ContactEmailRow, ContactRow
from contacts.portal import portals
from contacts.portal_passwords import password_resets
from contacts.portal_passwords.followed import FollowedPassword
from contacts.tenants.models import TenantRow
from identity import addresses, enumeration
from identity.email_token_requests import EmailTokenRequests
from wire.contacts import Contacts
from wire.contacts.portal import (
    ContactPasswordResetRequested,
    PortalNotFound,
    RepeatContactActivation,
    RequestContactActivation,
    RequestContactPasswordReset,
)
from wire.contract import Nothing
from wire.identity import ActivationUnknown

REQUESTS = EmailTokenRequests(EmailTokenRequestRow)
# For what a process that died has left behind.
LOOKED_INTO_EVERY_SECONDS = 5.0


class EmailRequestEntrypoints(ActivationSender, FollowedPassword):
    wakeup = Wakeup()

    @serve(Contacts.request_contact_password_reset)
    def request_contact_password_reset(self, request: RequestContactPasswordReset) -> Nothing:
        """A token for who has a password, the activation mail for who has to be activated."""
        tenant = self.tenant_of(request.slug)
        return self._note_request(Purpose.PASSWORD_RESET, tenant, addresses.comparable(request.email))

    @serve(Contacts.request_contact_activation)
    def request_contact_activation(self, request: RequestContactActivation) -> Nothing:
        """The activation mail again for who has to be activated."""
        tenant = self.tenant_of(request.slug)
        return self._note_request(Purpose.ACTIVATION, tenant, addresses.comparable(request.email))

    @serve(Contacts.repeat_contact_activation)
    def repeat_contact_activation(self, request: RepeatContactActivation) -> Nothing:
        """The same, for who holds a link that is not the latest."""
        with self.work.all_tenants() as work:
            row = contact_tokens.find(
                work.session, request.token_digest, Purpose.ACTIVATION, unknown=ActivationUnknown
            )
            tenant = portals.of_account(work.session, row.account_id)
        return self._note_request(Purpose.ACTIVATION, tenant, row.email_key)

    def _note_request(self, purpose: Purpose, tenant: TenantRow, email_key: str) -> Nothing:
        """One too many is not noted, and nobody is told. What is asked for at one portal counts at no other."""
        now, actor = self.clock.now(), actors.present()
        with self.work.for_tenant(tenant.account_id) as work:
            is_admitted = self.throttles.admit_email(
                work.session, f"{tenant.account_id}:{email_key}", ip_address=actor.ip_address, now=now
            )
            if is_admitted:
                REQUESTS.note(
                    work.session,
                    purpose,
                    email_key,
                    ip_address=actor.ip_address,
                    user_agent=actor.user_agent,
                    now=now,
                    correlation_id=context.current().correlation_id,
                    account_id=tenant.account_id,
                )
            work.answer(Nothing())
        if not self.settings.even_milliseconds:
            self.send_requested_links()
        elif is_admitted:
            self.wakeup.notify(after_seconds=enumeration.random_moment())
        return Nothing()

    @every(LOOKED_INTO_EVERY_SECONDS, wakeup=wakeup)
    def send_requested_links(self) -> None:
        """Send what was asked for, one request after the other, until there is none."""
        while True:
            with self.work.all_tenants() as work:
                request = REQUESTS.take(work.session)
                if request is None:
                    return
                with context.within(correlation_id=request.correlation_id):
                    self._send_link(work, request)

    def _send_link(self, work: Work, request: EmailTokenRequestRow) -> None:
        """Nothing for who is not known, nor at an address that nobody has confirmed, once another one is."""
        found = password_resets.asker(work.session, request.account_id, request.email_key)
        try:
            tenant = portals.of_account(work.session, request.account_id)
        except PortalNotFound:
            return
        if found is None:
            return
        contact, email = found
        by = _requester(request)
        if contact.verified_at is None:
            self.send_activations_to(work, tenant, [contact.id], by=by)
        elif request.purpose == Purpose.PASSWORD_RESET.value and email.confirmed_at is not None:
            self._send_reset(work, contact, email, tenant, by=by)

    def _send_reset(
        self, work: Work, contact: ContactRow, email: ContactEmailRow, tenant: TenantRow, *, by: Actor
    ) -> None:
        settings = self.settings
        token = password_resets.issue(
            work.session,
            contact,
            email,
            key=settings.token_key,
            now=self.clock.now(),
            minutes=settings.reset_minutes,
        )
        requested = ContactPasswordResetRequested(
            link_id=token.id,
            contact=messages.as_contact(contact),
            email=email.email,
            expires_at=token.expires_at,
            **self.mailed_to(contact, tenant),
        )
        work.announce(
            Contacts.contact_password_reset_requested,
            requested,
            aggregate=contact.id,
            account_id=contact.account_id,
        )
        self.record(
            work,
            "contact_password_reset_requested",
            contact.id,
            facts={},
            by=by,
            account_id=contact.account_id,
        )


def _requester(request: EmailTokenRequestRow) -> Actor:
    """Nobody in particular, from the place that the request came from."""
    return Actor(kind=ActorKind.NOBODY, ip_address=request.ip_address, user_agent=request.user_agent)

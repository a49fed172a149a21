"""Activation mails are sent to contacts, and the links in them are looked at and used."""

from __future__ import annotations

import uuid

from chassis import context
from chassis.events import Received, listen
from chassis.rpc import serve
from contacts import actors
from contacts.activation import links, progress
from contacts.activation.contact_tokens import TOKENS
from contacts.activation.sender import ActivationSender
from contacts.activation.sending import Sent
from contacts.people import messages
from contacts.portal import portal_contacts
from contacts.portal.login import PortalLogin
from contacts.portal.sessions import SessionEnd
from wire.contacts import Contacts
from wire.contacts.activation import (
    BULK_MAX,
    ActivationMailPage,
    ActivationOutcome,
    ActivationResult,
    ActivationResults,
    BulkLimitExceeded,
    ContactVerified,
    ListActivations,
    SendActivation,
    SendActivations,
)
from wire.contacts.portal import OpenedPortalSession
from wire.contract import Nothing, Refusal
from wire.identity import Activate, Activation, GetActivation, RevealedEmailToken, RevealEmailToken
from wire.notifications import (
    NotificationAbandoned,
    NotificationDelivered,
    Notifications,
    NotificationSent,
)


class ActivationEntrypoints(ActivationSender, PortalLogin):
    @serve(Contacts.send_activation)
    def send_activation(self, request: SendActivation) -> Nothing:
        tenant = self.tenant(context.require_account_id())
        with self.work() as work:
            results = self.send_activations_to(work, tenant, [request.contact_id])
            result = results[request.contact_id]
            if isinstance(result, Refusal):
                raise result
            return work.answer(Nothing())

    @serve(Contacts.send_activations)
    def send_activations(self, request: SendActivations) -> ActivationResults:
        if not 1 <= len(set(request.contact_ids)) <= BULK_MAX:
            raise BulkLimitExceeded(limit=BULK_MAX)
        tenant = self.tenant(context.require_account_id())
        with self.work() as work:
            results = self.send_activations_to(work, tenant, request.contact_ids)
            return work.answer(ActivationResults(results=tuple(_result(*one) for one in results.items())))

    @serve(Contacts.list_activations)
    def list_activations(self, request: ListActivations) -> ActivationMailPage:
        with self.work() as work:
            return progress.page(work.session, context.require_account_id(), request)

    @serve(Contacts.reveal_email_token)
    def reveal_email_token(self, request: RevealEmailToken) -> RevealedEmailToken:
        with self.work() as work:
            return TOKENS.reveal(
                work.session, request.link_id, key=self.settings.token_key, now=self.clock.now()
            )

    @serve(Contacts.get_contact_activation)
    def get_contact_activation(self, request: GetActivation) -> Activation:
        with self.work.all_tenants() as work:
            return links.look(work.session, request.token_digest, now=self.clock.now())

    @serve(Contacts.activate_contact)
    def activate_contact(self, request: Activate) -> OpenedPortalSession:
        """Set the password, verify the contact and log it in to its portal. The password is judged and hashed between
        two transactions, off the event loop."""
        now = self.clock.now()
        with self.work.all_tenants() as work:
            contact = links.usable(work.session, request.token_digest, now=now)
        tenant = self.tenant(contact.account_id)
        words = portal_contacts.own_words(contact, tenant)
        self.hasher.judge(request.password, repeat=request.password_repeat, words=words)
        new_hash = self.hasher.hashed(request.password)
        with self.work.for_tenant(tenant.account_id) as work:
            contact = links.consume(work.session, request.token_digest, password_hash=new_hash, now=now)
            self.forget_wrong_passwords(work, contact)
            self.end_portal_sessions(work, contact, reason=SessionEnd.PASSWORD_CHANGED)
            work.announce(
                Contacts.contact_verified,
                ContactVerified(contact=messages.as_contact(contact)),
                aggregate=contact.id,
                account_id=tenant.account_id,
            )
            by = actors.present().being(contact.id, contact.name)
            self.record(
                work,
                "contact_verified",
                contact.id,
                facts={"name": contact.name},
                by=by,
                account_id=tenant.account_id,
            )
            return self.open_portal_session_for(work, contact, tenant)

    @listen(Notifications.notification_sent)
    def keep_sent(self, event: Received[NotificationSent]) -> None:
        sent = event.data
        with self.work() as work:
            if sent.secret_id is not None:
                progress.note_sent(work.session, sent.secret_id, at=sent.sent_at)

    @listen(Notifications.notification_delivered)
    def keep_delivered(self, event: Received[NotificationDelivered]) -> None:
        delivered = event.data
        with self.work() as work:
            if delivered.secret_id is not None:
                progress.note_delivered(work.session, delivered.secret_id, at=delivered.delivered_at)

    @listen(Notifications.notification_abandoned)
    def keep_bounced(self, event: Received[NotificationAbandoned]) -> None:
        abandoned = event.data
        with self.work() as work:
            if abandoned.secret_id is not None:
                progress.note_bounced(
                    work.session, abandoned.secret_id, at=self.clock.now(), reason=abandoned.reason
                )


def _result(contact_id: uuid.UUID, outcome: Sent | Refusal) -> ActivationResult:
    if isinstance(outcome, Sent):
        return ActivationResult(contact_id=contact_id, status=ActivationOutcome.SENT, facts={})
    return ActivationResult(
        contact_id=contact_id,
        status=ActivationOutcome.REFUSED,
        code=outcome.code,
        facts=dict(outcome.facts),
    )

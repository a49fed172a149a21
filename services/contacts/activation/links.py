"""Activation links: looked at, and used once to set a password and to confirm the address."""

from __future__ import annotations

import datetime

from sqlalchemy.orm import Session

from contacts.activation import contact_tokens, progress
from contacts.activation.contact_tokens import TOKENS, Purpose
from contacts.activation.models import EmailTokenRow
from contacts.people import addressbook, states
from contacts.people.models import ContactRow
from contacts.tenants import tenants
from identity import addresses, email_tokens
from identity.email_tokens import ACTIVATION_REFUSALS
from wire.contacts.people import ActivationState
from wire.identity import Activation, ActivationKind, ActivationUnknown
from wire.values import TokenState


def look(session: Session, token_digest: str, *, now: datetime.datetime) -> Activation:
    """The token's state. That somebody has looked is noted once, and nothing else changes. Raises
    `ActivationUnknown`."""
    row = _find(session, token_digest)
    state = email_tokens.state(row, now)
    if state is TokenState.ISSUED and row.opened_at is None:
        progress.note_opened(session, row, now=now)
    tenant = tenants.find(session, row.account_id)
    return Activation(
        state=state,
        email_masked=addresses.masked(row.email),
        kind=ActivationKind.CONTACT,
        portal_slug=None if tenant is None else tenant.slug,
        expires_at=row.expires_at,
    )


def usable(session: Session, token_digest: str, *, now: datetime.datetime) -> ContactRow:
    """The contact whom the token would let in. Raises the refusal that fits the token's state."""
    row = _find(session, token_digest)
    email_tokens.check(row, now, refusals=ACTIVATION_REFUSALS)
    return row.contact


def consume(session: Session, token_digest: str, *, password_hash: str, now: datetime.datetime) -> ContactRow:
    """Use the token: the contact has a password, the address is confirmed, and the contact verified by it. Of many at
    once one succeeds; every other link of the contact ends."""
    row = _find(session, token_digest)
    TOKENS.consume(session, row, now=now, refusals=ACTIVATION_REFUSALS)
    TOKENS.revoke(session, row.contact_id)
    contact = addressbook.lock(session, row.account_id, row.contact_id)
    for email in contact.emails:
        if email.email_key == row.email_key:
            email.confirmed_at = email.confirmed_at or now
    contact.password_hash, contact.must_change_password = password_hash, False
    contact.verified_at, contact.verified_by = contact.verified_at or now, None
    contact.activation_state = ActivationState.VERIFIED.value
    contact.updated_at, contact.version = now, contact.version + 1
    states.settle(contact)
    session.flush()
    return contact


def _find(session: Session, token_digest: str) -> EmailTokenRow:
    return contact_tokens.find(session, token_digest, Purpose.ACTIVATION, unknown=ActivationUnknown)

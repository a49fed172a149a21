"""Password resets of contacts by email."""

from __future__ import annotations

import datetime
import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from contacts.activation import contact_tokens
from contacts.activation.contact_tokens import TOKENS, Purpose
from contacts.activation.models import EmailTokenRow
from contacts.people import addressbook
from contacts.people.models import ContactEmailRow, ContactRow
from contacts.portal import portal_contacts
from contacts.portal_passwords import portal_passwords
from contacts.tenants import tenants
from identity import addresses, email_tokens
from identity.email_tokens import Recipient
from wire.identity import ActivationKind, EmailToken


def asker(
    session: Session, account_id: uuid.UUID, email_key: str
) -> tuple[ContactRow, ContactEmailRow] | None:
    """Who asks by this address: a contact that is neither blocked nor deleted, with the address; None for nobody."""
    contact = session.scalar(
        select(ContactRow)
        .join(ContactEmailRow, ContactEmailRow.contact_id == ContactRow.id)
        .where(
            ContactEmailRow.account_id == account_id,
            ContactEmailRow.email_key == email_key,
            *portal_contacts.IS_WELCOME,
        )
        .options(selectinload(ContactRow.emails))
    )
    if contact is None:
        return None
    return contact, next(email for email in contact.emails if email.email_key == email_key)


def issue(
    session: Session,
    contact: ContactRow,
    email: ContactEmailRow,
    *,
    key: str,
    now: datetime.datetime,
    minutes: int,
) -> EmailTokenRow:
    """A token for this contact at this address of its; an older one dies."""
    recipient = Recipient(holder_id=contact.id, account_id=contact.account_id, email_key=email.email_key)
    life = datetime.timedelta(minutes=minutes)
    row = TOKENS.issue(session, recipient, Purpose.PASSWORD_RESET, key=key, now=now, life=life)
    row.email = email.email
    return row


def look(session: Session, token_digest: str, *, now: datetime.datetime) -> EmailToken:
    """The token's state; nothing changes. Raises `EmailTokenUnknown`."""
    row = contact_tokens.find(session, token_digest, Purpose.PASSWORD_RESET)
    tenant = tenants.find(session, row.account_id)
    return EmailToken(
        state=email_tokens.state(row, now),
        email_masked=addresses.masked(row.email),
        expires_at=row.expires_at,
        kind=ActivationKind.CONTACT,
        portal_slug=None if tenant is None else tenant.slug,
    )


def usable(session: Session, token_digest: str, *, now: datetime.datetime) -> ContactRow:
    """The contact whose password the token resets. Raises the refusal that fits the token's state."""
    row = contact_tokens.find(session, token_digest, Purpose.PASSWORD_RESET)
    email_tokens.check(row, now)
    return row.contact


def consume(session: Session, token_digest: str, *, password_hash: str, now: datetime.datetime) -> ContactRow:
    """Use the token: the contact has a new password. Of many at once one succeeds."""
    row = contact_tokens.find(session, token_digest, Purpose.PASSWORD_RESET)
    TOKENS.consume(session, row, now=now)
    contact = addressbook.lock(session, row.account_id, row.contact_id)
    portal_passwords.change(contact, password_hash, must_change=False, now=now)
    return contact

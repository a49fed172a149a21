"""Contacts of a portal: found by an address that may log in, held while they get in, and given a password."""

from __future__ import annotations

import uuid
from functools import partial

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session, selectinload

from contacts.people.models import ContactEmailRow, ContactRow
from contacts.tenants.models import TenantRow

IS_WELCOME = (ContactRow.blocked_at.is_(None), ContactRow.deleted_at.is_(None))


def finder(account_id: uuid.UUID) -> partial[ContactRow | None]:
    """What looks for who logs in to this account's portal."""
    return partial(of_address, account_id)


def of_address(account_id: uuid.UUID, session: Session, email_key: str | None) -> ContactRow | None:
    """The contact with this address, neither blocked nor deleted, without anything beside it: a known address takes no
    longer than an unknown one. Of a verified contact the confirmed ones count."""
    return session.scalar(
        select(ContactRow)
        .join(ContactEmailRow, ContactEmailRow.contact_id == ContactRow.id)
        .where(
            ContactEmailRow.account_id == account_id,
            ContactEmailRow.email_key == email_key,
            or_(ContactEmailRow.confirmed_at.is_not(None), ContactRow.verified_at.is_(None)),
            *IS_WELCOME,
        )
    )


def hold(session: Session, contact: ContactRow) -> ContactRow | None:
    """The contact again, with its addresses; nobody else changes how it gets in until the transaction ends. None when
    somebody has, since it was read."""
    return session.scalar(
        select(ContactRow)
        .where(
            ContactRow.id == contact.id,
            ContactRow.account_id == contact.account_id,
            ContactRow.password_hash == contact.password_hash,
            *IS_WELCOME,
        )
        .options(selectinload(ContactRow.emails))
        .with_for_update(of=ContactRow)
        .execution_options(populate_existing=True)
    )


def current(session: Session, account_id: uuid.UUID, contact_id: uuid.UUID | None) -> ContactRow | None:
    """Who is logged in, with its addresses; None once it is blocked or deleted."""
    return session.scalar(
        select(ContactRow)
        .where(ContactRow.id == contact_id, ContactRow.account_id == account_id, *IS_WELCOME)
        .options(selectinload(ContactRow.emails))
    )


def renew_hash(session: Session, contact_id: uuid.UUID, stored_hash: str, renewed_hash: str) -> None:
    """The same password by today's rules, unless there is another one meanwhile."""
    session.execute(
        update(ContactRow)
        .where(ContactRow.id == contact_id, ContactRow.password_hash == stored_hash)
        .values(password_hash=renewed_hash)
    )


def own_words(contact: ContactRow, tenant: TenantRow) -> tuple[str, ...]:
    """Words that a password of this contact must not be made of."""
    words = [*contact.name.split(), *tenant.company_name.split(), tenant.slug]
    for email in contact.emails:
        local, _, domain = email.email_key.partition("@")
        words += [email.email_key, local, domain.partition(".")[0]]
    return tuple(words)

"""What a new password of a contact means, whoever sets it."""

from __future__ import annotations

import datetime
import uuid

from sqlalchemy.orm import Session

from contacts.people import addressbook, states
from contacts.people.models import ContactRow
from wire.contacts.people import ContactIsBlocked, ContactIsDeleted


def settable(session: Session, account_id: uuid.UUID, contact_id: uuid.UUID) -> ContactRow:
    """The contact, locked, whose password an admin may set. Raises `ContactNotFound`, `ContactIsDeleted` or
    `ContactIsBlocked`."""
    row = addressbook.lock(session, account_id, contact_id)
    if row.deleted_at is not None:
        raise ContactIsDeleted
    if row.blocked_at is not None:
        raise ContactIsBlocked
    return row


def verify(row: ContactRow, *, by: uuid.UUID | None, now: datetime.datetime) -> bool:
    """The contact is verified by this admin, and its primary address confirmed; False where it was already."""
    for email in row.emails:
        if email.is_primary and email.confirmed_at is None:
            email.confirmed_at = now
    if row.verified_at is not None:
        return False
    row.verified_at, row.verified_by = now, by
    states.settle(row)
    return True


def change(row: ContactRow, password_hash: str, *, must_change: bool, now: datetime.datetime) -> None:
    """Another password."""
    row.password_hash, row.must_change_password = password_hash, must_change
    row.version, row.updated_at = row.version + 1, now

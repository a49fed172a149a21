"""Deletion of contacts, at first so that they can be restored, and for good."""

from __future__ import annotations

import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from contacts.activation.contact_tokens import TOKENS
from contacts.people import changes
from contacts.people.changes import Change
from contacts.people.models import ContactRow
from wire.contacts.people import ContactNotDeleted


def delete_softly(session: Session, row: ContactRow, *, now: datetime.datetime) -> Change:
    """It keeps its addresses and can be restored; its links end."""
    if row.deleted_at is None:
        row.deleted_at = now
        TOKENS.revoke(session, row.id)
    return changes.saved(session, row, {}, now=now)


def delete_permanently(session: Session, row: ContactRow, *, is_forced: bool) -> None:
    """Nothing of it is left. Raises `ContactNotDeleted` for one that is not deleted yet, unless forced."""
    if row.deleted_at is None and not is_forced:
        raise ContactNotDeleted(contact_id=str(row.id))
    session.expunge(row)
    session.execute(
        delete(ContactRow).where(ContactRow.id == row.id).execution_options(synchronize_session=False)
    )


def restore(session: Session, row: ContactRow, *, now: datetime.datetime) -> Change:
    """It is again what it was before it was deleted: blocked, verified or not."""
    row.deleted_at = None
    return changes.saved(session, row, {}, now=now)

"""Conflicts: which contact has an address or an external id already, a deleted one too."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc, select
from sqlalchemy.orm import Session

from contacts.people.models import ContactEmailRow, ContactRow
from wire.contacts.people import ContactEmailInUse, ContactExternalIdInUse
from wire.contract import FieldError

EXTERNAL_ID = "uq_contacts_external_id"
EMAIL = "uq_contact_emails_email_key"


def holder_of_email(session: Session, account_id: uuid.UUID, email_key: str) -> uuid.UUID | None:
    """The contact that has the address, primary or not."""
    return session.scalar(
        select(ContactEmailRow.contact_id).where(
            ContactEmailRow.account_id == account_id, ContactEmailRow.email_key == email_key
        )
    )


def holder_of_external_id(session: Session, account_id: uuid.UUID, key: str) -> uuid.UUID | None:
    """The contact that another system calls so."""
    return session.scalar(
        select(ContactRow.id).where(ContactRow.account_id == account_id, ContactRow.external_id_key == key)
    )


def email_in_use(
    session: Session, account_id: uuid.UUID, email_key: str, *, pointer: str
) -> ContactEmailInUse:
    """The refusal that names who has the address."""
    error = FieldError(pointer=pointer, code=ContactEmailInUse.code)
    holder_id = holder_of_email(session, account_id, email_key)
    return ContactEmailInUse(errors=(error,), **_named(session, holder_id))


@contextmanager
def unique_external_id(
    session: Session, account_id: uuid.UUID, key: str | None, *, pointer: str = "/external_id"
) -> Iterator[None]:
    """What is changed within is stored at once. Raises `ContactExternalIdInUse` when another contact of the account
    has it."""
    try:
        with session.begin_nested():
            yield
            session.flush()
    except exc.IntegrityError as error:
        if EXTERNAL_ID not in str(error.orig):
            raise
        found = FieldError(pointer=pointer, code=ContactExternalIdInUse.code)
        holder_id = holder_of_external_id(session, account_id, key or "")
        raise ContactExternalIdInUse(errors=(found,), **_named(session, holder_id)) from None


def _named(session: Session, holder_id: uuid.UUID | None) -> dict[str, str]:
    """Nobody's, where the contact has just gone for good."""
    state = session.scalar(select(ContactRow.state).where(ContactRow.id == holder_id))
    return {} if state is None else {"contact_id": str(holder_id), "contact_state": state}

"""The address book: contacts are added and found."""

from __future__ import annotations

import dataclasses
import datetime
import unicodedata
import uuid

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from contacts.addresses import addresses
from contacts.people import conflicts, details, states, words
from contacts.people.models import ContactRow
from wire.contacts.people import (
    ActivationState,
    ContactNotFound,
    CreateContact,
)

NAME_KEY_LENGTH = 200


def add(
    session: Session, account_id: uuid.UUID, request: CreateContact, *, now: datetime.datetime
) -> ContactRow:
    """A new contact of the account. Raises what `Contacts.create_contact` refuses."""
    given = {field.name: getattr(request, field.name) for field in dataclasses.fields(request)}
    values = details.checked(session, account_id, given, present={})
    emails = addresses.given(request.email, request.emails)
    row = ContactRow(
        **values,
        id=uuid.uuid4(),
        account_id=account_id,
        name_key=name_key(request.name),
        email=emails[0].email if emails else None,
        external_id_key=details.key(values["external_id"]),
        company_ids=[],
        activation_state=ActivationState.NEVER_SENT.value,
        created_at=now,
        updated_at=now,
        version=1,
        emails=[],
    )
    details.require_identifier(row)
    states.settle(row)
    with conflicts.unique_external_id(session, account_id, row.external_id_key):
        session.add(row)
    if emails:
        addresses.add(session, row, emails, now=now)
    words.rewrite(session, row)
    return row


def find(session: Session, account_id: uuid.UUID, contact_id: uuid.UUID) -> ContactRow:
    """The account's contact with its addresses. Raises `ContactNotFound`, for another account's too."""
    return _found(session, _one(account_id, contact_id))


def lock(session: Session, account_id: uuid.UUID, contact_id: uuid.UUID) -> ContactRow:
    """The same, for one transaction alone until it ends: every change of a contact begins with it."""
    locked = _one(account_id, contact_id).with_for_update(of=ContactRow)
    return _found(session, locked.execution_options(populate_existing=True))


def _one(account_id: uuid.UUID, contact_id: uuid.UUID) -> Select[ContactRow]:
    return (
        select(ContactRow)
        .where(ContactRow.account_id == account_id, ContactRow.id == contact_id)
        .options(selectinload(ContactRow.emails))
    )


def _found(session: Session, query: Select[ContactRow]) -> ContactRow:
    row = session.scalar(query)
    if row is None:
        raise ContactNotFound
    return row


def name_key(name: str) -> str:
    """The form names are ordered by: without case, as far as NFKC tells alike."""
    return unicodedata.normalize("NFKC", name.strip()).casefold()[:NAME_KEY_LENGTH]

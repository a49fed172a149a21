"""Matching: the contact that a program means by an address or an external id, which is created where there is none."""

from __future__ import annotations

import dataclasses
import datetime
import uuid
from typing import Any

from sqlalchemy.orm import Session

from contacts.addresses import addresses
from contacts.addresses.addresses import Address
from contacts.people import addressbook, changes, conflicts, details, updates
from contacts.people.changes import NOTHING, Change
from contacts.people.models import ContactRow
from wire.contacts.people import (
    ContactEmailInUse,
    ContactEmailsReserved,
    ContactExternalIdInUse,
    ContactIdentifierRequired,
    ContactNotFound,
    CreateContact,
    MatchBy,
    PutContact,
    UpdateContact,
)
from wire.contract import FieldError

# Somebody else creates, changes or removes the contact at the same moment: then it is looked for again.
TRIES = 5


@dataclasses.dataclass(frozen=True, kw_only=True)
class Put:
    row: ContactRow
    change: Change
    is_new: bool


@dataclasses.dataclass(frozen=True, kw_only=True)
class Mark:
    """By what a contact is known: the comparison form of an address of it, or of its external id."""

    by: MatchBy
    key: str

    @classmethod
    def of(cls, request: PutContact) -> Mark:
        """Raises `ContactIdentifierRequired` where the mark is not given, or `EmailInvalid`."""
        contact = request.contact
        emails = addresses.given(contact.email, contact.emails)
        if request.match_by is MatchBy.EMAIL and emails:
            return cls(by=MatchBy.EMAIL, key=emails[0].key)
        key = details.key(contact.external_id)
        if request.match_by is MatchBy.EXTERNAL_ID and key is not None:
            return cls(by=MatchBy.EXTERNAL_ID, key=key)
        error = FieldError(pointer=f"/{request.match_by.value}", code="missing_field")
        raise ContactIdentifierRequired(errors=(error,))

    def holder(self, session: Session, account_id: uuid.UUID) -> uuid.UUID | None:
        if self.by is MatchBy.EMAIL:
            return conflicts.holder_of_email(session, account_id, self.key)
        return conflicts.holder_of_external_id(session, account_id, self.key)

    def fits(self, row: ContactRow) -> bool:
        if self.by is MatchBy.EMAIL:
            return addresses.of_key(row, self.key) is not None
        return row.external_id_key == self.key


def put(session: Session, account_id: uuid.UUID, request: PutContact, *, now: datetime.datetime) -> Put:
    """Create the contact, or update the one that has the mark. Raises what `Contacts.put_contact` refuses."""
    mark = Mark.of(request)
    for _ in range(TRIES):
        row = _known(session, account_id, mark)
        if row is not None:
            return Put(row=row, change=_update(session, row, request, mark, now=now), is_new=False)
        try:
            with session.begin_nested():
                row = addressbook.add(session, account_id, request.contact, now=now)
            return Put(row=row, change=NOTHING, is_new=True)
        except (ContactEmailInUse, ContactExternalIdInUse) as taken:
            refusal = taken
            if mark.holder(session, account_id) is None:
                raise
    raise refusal


def _known(session: Session, account_id: uuid.UUID, mark: Mark) -> ContactRow | None:
    """The contact that has the mark, locked."""
    holder_id = mark.holder(session, account_id)
    if holder_id is None:
        return None
    try:
        row = addressbook.lock(session, account_id, holder_id)
    except ContactNotFound:
        return None
    return row if mark.fits(row) else None


def _update(
    session: Session, row: ContactRow, request: PutContact, mark: Mark, *, now: datetime.datetime
) -> Change:
    updates.require_open(row)
    contact = request.contact
    new = [one for one in _others(contact) if addresses.of_key(row, one.key) is None]
    email = _wanted_email(row, contact, mark)
    if not request.may_change_emails and (new or email):
        raise ContactEmailsReserved(contact_id=str(row.id))
    change = updates.update(session, row, _as_update(row, contact, email), now=now)
    new = [one for one in new if addresses.of_key(row, one.key) is None]
    if not new:
        return change
    before = addresses.listed(row)
    addresses.add(session, row, new, now=now)
    row.version -= 1 if change else 0  # one save
    return changes.saved(session, row, {**change.previous, "emails": before}, now=now)


def _others(contact: CreateContact) -> list[Address]:
    return [Address.of(email, f"/emails/{number}") for number, email in enumerate(contact.emails)]


def _wanted_email(row: ContactRow, contact: CreateContact, mark: Mark) -> str | None:
    """The address that is to be the primary one; None where it stays as it is."""
    if contact.email is None or mark.by is MatchBy.EMAIL:
        return None
    own = addresses.of_key(row, Address.of(contact.email).key)
    return None if own is not None and own.is_primary else contact.email


def _as_update(row: ContactRow, contact: CreateContact, email: str | None) -> UpdateContact:
    """What the request says, as an update of what it names."""
    names = ("phone", "mobile", "language", "time_zone", "external_id", "custom_fields")
    values: dict[str, Any] = {name: value for name in names if (value := getattr(contact, name)) is not None}
    if contact.tags:
        values["tags"] = contact.tags
    if email is not None:
        values["email"] = email
    return UpdateContact(contact_id=row.id, name=contact.name, **values)

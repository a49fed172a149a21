"""The address book: contacts are added, found and listed."""

from __future__ import annotations

import datetime
import unicodedata
import uuid

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from contacts.people import messages
from contacts.people.models import ContactRow
from wire import cursors
from wire.contacts import (
    Contact,
    ContactEmailInvalid,
    ContactNotFound,
    ContactPage,
    ContactState,
    CreateContact,
    EmailInUse,
    ListContacts,
)

LISTED = (ContactState.UNVERIFIED.value, ContactState.VERIFIED.value)
NAME_KEY_LENGTH = 200
BY_NAME = "contacts:name"


def add(
    session: Session, account_id: uuid.UUID, request: CreateContact, *, now: datetime.datetime
) -> Contact:
    """A new contact of the account. Raises `EmailInUse` or `ContactEmailInvalid`."""
    made = session.scalar(
        insert(ContactRow)
        .values(
            id=uuid.uuid4(),
            account_id=account_id,
            name=request.name.strip(),
            name_key=name_key(request.name),
            email=request.email,
            email_key=None if request.email is None else email_key(request.email),
            phone=request.phone,
            locale=request.locale,
            state=ContactState.UNVERIFIED.value,
            created_at=now,
            updated_at=now,
        )
        .on_conflict_do_nothing(
            index_elements=["account_id", "email_key"], index_where=ContactRow.email_key.is_not(None)
        )
        .returning(ContactRow)
    )
    if made is None:
        raise EmailInUse
    return messages.as_contact(made)


def find(session: Session, account_id: uuid.UUID, contact_id: uuid.UUID) -> Contact:
    """The account's contact. Raises `ContactNotFound`, for another account's too."""
    row = session.scalar(
        select(ContactRow).where(ContactRow.account_id == account_id, ContactRow.id == contact_id)
    )
    if row is None:
        raise ContactNotFound
    return messages.as_contact(row)


def page(session: Session, account_id: uuid.UUID, request: ListContacts) -> ContactPage:
    """A page in order of name. Raises `CursorInvalid`."""
    query = (
        select(ContactRow)
        .where(ContactRow.account_id == account_id, ContactRow.state.in_(LISTED))
        .order_by(ContactRow.name_key, ContactRow.id)
        .limit(request.limit + 1)
    )
    if request.after is not None:
        name, contact_id = cursors.read(request.after, BY_NAME, cursors.text, uuid.UUID)
        query = query.where(tuple_(ContactRow.name_key, ContactRow.id) > tuple_(name, contact_id))
    rows = session.scalars(query).all()
    shown, has_more = rows[: request.limit], len(rows) > request.limit
    return ContactPage(
        data=tuple(messages.as_contact(row) for row in shown),
        has_more=has_more,
        next_cursor=cursors.write(BY_NAME, shown[-1].name_key, shown[-1].id) if has_more else None,
    )


def name_key(name: str) -> str:
    """The form names are ordered by: without case, as far as NFKC tells alike."""
    return unicodedata.normalize("NFKC", name.strip()).casefold()[:NAME_KEY_LENGTH]


def email_key(email: str) -> str:
    """The form addresses are compared in. Raises `ContactEmailInvalid`."""
    try:
        checked = validate_email(email, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise ContactEmailInvalid(str(error)) from None
    return f"{checked.local_part}@{checked.ascii_domain or checked.domain}".lower()

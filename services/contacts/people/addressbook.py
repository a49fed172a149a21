"""The address book: contacts are added, found and listed."""

from __future__ import annotations

import datetime
import unicodedata
import uuid

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, selectinload

from contacts.people import messages
from contacts.people.models import ContactEmailRow, ContactRow
from wire import cursors
from wire.contacts.people import (
    ContactEmailInUse,
    ContactEmailInvalid,
    ContactNotFound,
    ContactPage,
    ContactState,
    CreateContact,
    ListContacts,
)

LISTED = (ContactState.UNVERIFIED.value, ContactState.VERIFIED.value)
NAME_KEY_LENGTH = 200
BY_NAME = "contacts:name"


def add(
    session: Session, account_id: uuid.UUID, request: CreateContact, *, now: datetime.datetime
) -> ContactRow:
    """A new contact of the account. Raises `ContactEmailInUse` or `ContactEmailInvalid`."""
    row = ContactRow(
        id=uuid.uuid4(),
        account_id=account_id,
        name=request.name.strip(),
        name_key=name_key(request.name),
        email=request.email,
        phone=request.phone,
        language=request.language,
        state=ContactState.UNVERIFIED.value,
        created_at=now,
        updated_at=now,
        company_ids=[],
        tags=[],
        custom_fields={},
        activation_state="never_sent",
        version=1,
        emails=[],
    )
    session.add(row)
    session.flush()
    if request.email is not None:
        add_email(session, row, request.email, now=now, is_primary=True)
    return row


def add_email(
    session: Session, row: ContactRow, email: str, *, now: datetime.datetime, is_primary: bool = False
) -> ContactEmailRow:
    """One more address of the contact. Raises `ContactEmailInUse` or `ContactEmailInvalid`."""
    added: ContactEmailRow | None = session.scalar(
        insert(ContactEmailRow)
        .values(
            id=uuid.uuid4(),
            account_id=row.account_id,
            contact_id=row.id,
            email=email,
            email_key=email_key(email),
            is_primary=is_primary,
            created_at=now,
        )
        .on_conflict_do_nothing(constraint="uq_contact_emails_email_key")
        .returning(ContactEmailRow)
    )
    if added is None:
        raise ContactEmailInUse
    session.refresh(row, ["emails"])
    return added


def find(session: Session, account_id: uuid.UUID, contact_id: uuid.UUID) -> ContactRow:
    """The account's contact with its addresses. Raises `ContactNotFound`, for another account's too."""
    row = session.scalar(
        select(ContactRow)
        .where(ContactRow.account_id == account_id, ContactRow.id == contact_id)
        .options(selectinload(ContactRow.emails))
    )
    if row is None:
        raise ContactNotFound
    return row


def lock(session: Session, account_id: uuid.UUID, contact_id: uuid.UUID) -> ContactRow:
    """The same, for one transaction alone until it ends: every change of a contact begins with it."""
    row = session.scalar(
        select(ContactRow)
        .where(ContactRow.account_id == account_id, ContactRow.id == contact_id)
        .options(selectinload(ContactRow.emails))
        .with_for_update(of=ContactRow)
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise ContactNotFound
    return row


def page(session: Session, account_id: uuid.UUID, request: ListContacts) -> ContactPage:
    """A page in order of name. Raises `CursorInvalid`."""
    query = (
        select(ContactRow)
        .where(ContactRow.account_id == account_id, ContactRow.state.in_(LISTED))
        .order_by(ContactRow.name_key, ContactRow.id)
        .options(selectinload(ContactRow.emails))
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

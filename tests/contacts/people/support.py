"""Contacts for tests of lists: rows with whatever a filter may ask for, and what a list shows of them."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy.orm import Session

from contacts.people import addressbook, listing, states, words
from contacts.people.models import ContactEmailRow, ContactRow
from identity import addresses
from tests.contacts.conftest import ACCOUNT, NOW
from wire import schema
from wire.contacts.people import ListContacts

MARKS = {"verified": "verified_at", "blocked": "blocked_at", "deleted": "deleted_at"}
EMPTY: dict[str, Any] = {
    "company_ids": [],
    "tags": [],
    "custom_fields": {},
    "activation_state": "never_sent",
    "created_at": NOW,
    "updated_at": NOW,
    "version": 1,
}


def listed(
    session: Session,
    name: str = "Bob",
    *,
    emails: tuple[str, ...] = (),
    state: str = "unverified",
    account_id: uuid.UUID = ACCOUNT,
    **columns: Any,
) -> ContactRow:
    """A contact with these columns; its words follow."""
    row = ContactRow(
        id=uuid.uuid4(),
        account_id=account_id,
        name=name,
        name_key=addressbook.name_key(name),
        email=emails[0] if emails else None,
        emails=[_address(account_id, email, is_primary=email == emails[0]) for email in emails],
        **{**EMPTY, **columns},
    )
    if state in MARKS:
        setattr(row, MARKS[state], NOW)
    states.settle(row)
    session.add(row)
    words.rewrite(session, row)
    return row


def _address(account_id: uuid.UUID, email: str, *, is_primary: bool) -> ContactEmailRow:
    return ContactEmailRow(
        id=uuid.uuid4(),
        account_id=account_id,
        email=email,
        email_key=addresses.email_key(email),
        is_primary=is_primary,
        created_at=NOW,
    )


def names(session: Session, **asked: Any) -> list[str]:
    """The names of the first page of a list."""
    request = schema.load(ListContacts, {"limit": 100, **asked})
    return [contact.name for contact in listing.page(session, ACCOUNT, request).data]

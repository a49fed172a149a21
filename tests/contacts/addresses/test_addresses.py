"""Addresses of a contact: added, promoted and removed, one of them always primary."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from sqlalchemy.orm import Session

from contacts.activation.models import EmailTokenRow
from contacts.addresses import addresses
from contacts.addresses.addresses import Address
from contacts.people.models import ContactRow
from tests.contacts.conftest import LATER, NOW, OTHER, add
from wire.contacts.addresses import ContactEmailLimitReached, ContactEmailNotFound, PrimaryEmailRequired
from wire.contacts.people import ContactEmailInUse


def give(session: Session, row: ContactRow, email: str, **options: Any) -> None:
    addresses.add(session, row, [Address.of(email)], now=LATER, **options)


def emails(row: ContactRow) -> list[tuple[str, bool]]:
    return [(one.email, one.is_primary) for one in row.emails]


def test_an_added_address_is_a_secondary_one(session: Session) -> None:
    row = add(session, email="bob@example.org")
    give(session, row, "second@example.org", confirmed_at=LATER)
    assert emails(row) == [("bob@example.org", True), ("second@example.org", False)]
    assert [one.confirmed_at for one in row.emails] == [None, LATER]


def test_the_first_address_of_a_contact_is_its_primary_one(session: Session) -> None:
    row = add(session, external_id="crm-1")
    give(session, row, "bob@example.org")
    assert (emails(row), row.email) == ([("bob@example.org", True)], "bob@example.org")


@pytest.mark.parametrize("email", ["ann@example.org", "Second@example.org", "BOB@example.org"])
def test_an_address_is_one_contacts_primary_or_not(session: Session, email: str) -> None:
    add(session, "Ann", emails=("ann@example.org", "second@example.org"))
    add(session, account_id=OTHER, email="third@example.org")
    row = add(session, email="bob@example.org")
    with pytest.raises(ContactEmailInUse) as refused, session.begin_nested():
        give(session, row, email)
    assert refused.value.facts["contact_state"] == "unverified"
    give(session, row, "third@example.org")


def test_an_eleventh_address_is_refused(session: Session) -> None:
    row = add(session, emails=tuple(f"bob{number}@example.org" for number in range(10)))
    with pytest.raises(ContactEmailLimitReached):
        give(session, row, "one.more@example.org")


def test_a_promoted_address_and_the_primary_one_change_places(session: Session) -> None:
    row = add(session, emails=("bob@example.org", "second@example.org", "third@example.org"))
    addresses.promote(session, row, row.emails[2])
    assert emails(row) == [
        ("third@example.org", True),
        ("bob@example.org", False),
        ("second@example.org", False),
    ]
    assert row.email == "third@example.org"


def test_the_primary_address_is_never_removed(session: Session) -> None:
    row = add(session, emails=("bob@example.org", "second@example.org"))
    first, second = row.emails
    with pytest.raises(PrimaryEmailRequired):
        addresses.remove(session, row, first)
    addresses.remove(session, row, second)
    assert emails(row) == [("bob@example.org", True)]
    with pytest.raises(PrimaryEmailRequired):
        addresses.remove(session, row, row.emails[0])
    with pytest.raises(ContactEmailNotFound):
        addresses.find(row, second.id)
    add(session, "Ann", email="second@example.org")


def test_a_removed_address_ends_the_links_that_went_to_it(session: Session) -> None:
    row = add(session, emails=("bob@example.org", "second@example.org"))
    kept, ended = link(session, row, "bob@example.org"), link(session, row, "second@example.org")
    addresses.remove(session, row, row.emails[1])
    assert [state(session, one) for one in (kept, ended)] == ["issued", "revoked"]
    addresses.replace_primary(session, row, Address.of("robert@example.org"), now=LATER)
    assert state(session, kept) == "revoked"


def link(session: Session, row: ContactRow, email: str) -> EmailTokenRow:
    token = EmailTokenRow(
        id=uuid.uuid4(),
        account_id=row.account_id,
        contact_id=row.id,
        subject_id=uuid.uuid4(),
        purpose="activation",
        email=email,
        email_key=email,
        token_digest=uuid.uuid4().hex,
        state="issued",
        issued_at=NOW,
        expires_at=LATER,
    )
    session.add(token)
    session.flush()
    return token


def state(session: Session, token: EmailTokenRow) -> str:
    session.refresh(token)
    return token.state

"""Many at once who want one address, as a primary or a secondary one: one of them gets it."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from contacts.addresses import addresses
from contacts.addresses.addresses import Address
from contacts.people import addressbook, matching, updates
from tests.contacts.conftest import ACCOUNT, LATER, add
from tests.support.sessions import at_once, committed
from tests.support.sizes import size
from tests.support.suite import Templates
from wire.contacts.people import (
    ContactEmailInUse,
    ContactExternalIdInUse,
    CreateContact,
    MatchBy,
    PutContact,
    UpdateContact,
)

pytestmark = pytest.mark.slow
ROUNDS = size(3, 40)
WRITERS = 50
HOLDERS = text("SELECT contact_id FROM contact_emails WHERE email_key = :key")


@pytest.fixture(scope="module")
def url(templates: Templates) -> str:
    return templates.new("contacts")


@pytest.fixture(scope="module")
def url_without_constraint(templates: Templates) -> str:
    """A database in which two contacts may have one address."""
    url = templates.new("contacts")
    with committed(url) as session:
        session.execute(text("ALTER TABLE contact_emails DROP CONSTRAINT uq_contact_emails_email_key"))
        session.execute(text("CREATE INDEX ON contact_emails (account_id, email_key)"))
    return url


def fifty_contacts(url: str) -> list[uuid.UUID]:
    with committed(url, account_id=ACCOUNT) as session:
        return [add(session, f"Bob {number}").id for number in range(WRITERS)]


def write(session: Session, number: int, contact_id: uuid.UUID, email: str) -> None:
    """Every third creates a contact with it, adds it to one, makes it the primary one of one."""
    if number % 3 == 0:
        add(session, "New", email=email)
        return
    row = addressbook.lock(session, ACCOUNT, contact_id)
    if number % 3 == 1:
        addresses.add(session, row, [Address.of(email)], now=LATER)
    else:
        request = UpdateContact(contact_id=row.id, email=email)
        updates.update(session, row, request, now=LATER)


def race(url: str, email: str) -> tuple[int, int]:
    """How many of fifty writers got the address, and how many were refused it."""
    contact_ids = fifty_contacts(url)

    def attempt(number: int) -> str:
        with committed(url, account_id=ACCOUNT) as session:
            write(session, number, contact_ids[number], email.upper() if number % 2 else email)
        return "written"

    outcomes = at_once(WRITERS, attempt)
    refused = [one for one in outcomes if isinstance(one, ContactEmailInUse)]
    assert all("contact_id" in one.facts for one in refused)
    return outcomes.count("written"), len(refused)


@pytest.mark.parametrize("number", range(ROUNDS))
def test_of_fifty_writers_of_one_address_one_wins(url: str, number: int) -> None:
    email = f"bob{number}@example.org"
    assert race(url, email) == (1, WRITERS - 1)
    with committed(url, account_id=ACCOUNT) as session:
        assert len(session.execute(HOLDERS, {"key": email}).all()) == 1


def test_without_the_constraint_several_would_win(
    url_without_constraint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: with a look before the write in the place of the constraint."""

    def look_first(session: Session, row: object, rows: list[object], given: list[Address]) -> None:
        for address in given:
            if session.execute(HOLDERS, {"key": address.key}).first() is not None:
                raise ContactEmailInUse(contact_id="somebody")
        session.add_all(rows)
        session.flush()

    monkeypatch.setattr(addresses, "_store", look_first)
    won = [race(url_without_constraint, f"bob{number}@example.org")[0] for number in range(5)]
    assert max(won) > 1


@pytest.mark.parametrize("match_by", MatchBy)
@pytest.mark.parametrize("number", range(ROUNDS))
def test_fifty_creations_or_updates_of_one_contact_make_one(url: str, match_by: MatchBy, number: int) -> None:
    mark = f"{match_by.value}-{number}"

    def put(writer: int) -> bool:
        contact = CreateContact(
            name=f"Bob {writer}", email=f"{mark}@example.org", external_id=mark, tags=(f"t{writer}",)
        )
        request = PutContact(match_by=match_by, contact=contact)
        with committed(url, account_id=ACCOUNT) as session:
            return matching.put(session, ACCOUNT, request, now=LATER).is_new

    outcomes = at_once(WRITERS, put)
    assert (outcomes.count(True), outcomes.count(False)) == (1, WRITERS - 1)
    with committed(url, account_id=ACCOUNT) as session:
        query = text("SELECT version FROM contacts WHERE external_id_key = :mark")
        assert session.execute(query, {"mark": mark}).scalars().all() == [WRITERS]


def test_of_twenty_writers_of_one_external_id_one_wins(url: str) -> None:
    def attempt(_: int) -> uuid.UUID:
        with committed(url, account_id=ACCOUNT) as session:
            return add(session, external_id="crm-7").id

    outcomes = at_once(20, attempt)
    assert sum(isinstance(one, uuid.UUID) for one in outcomes) == 1
    assert sum(isinstance(one, ContactExternalIdInUse) for one in outcomes) == 19

"""The address book: contacts are added, found and listed."""

from __future__ import annotations

import base64
import datetime
import itertools
import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from contacts.people import addressbook, listing, messages
from tests.support.sessions import at_once, committed, rolled_back
from tests.support.suite import Templates
from wire import schema
from wire.contacts.people import (
    Contact,
    ContactEmailInUse,
    ContactNotFound,
    ContactState,
    CreateContact,
    ListContacts,
)
from wire.cursors import CursorInvalid
from wire.identity import EmailInvalid

NOW = datetime.datetime(2026, 3, 1, 9, 30, tzinfo=datetime.UTC)
ACCOUNT, OTHER = uuid.uuid4(), uuid.uuid4()


@pytest.fixture(scope="module")
def url(templates: Templates) -> str:
    return templates.new("contacts")


@pytest.fixture
def session(url: str) -> Iterator[Session]:
    """Across accounts, so that only the query's own condition keeps them apart."""
    with rolled_back(url) as session:
        yield session


def add(session: Session, name: str = "Bob", account_id: uuid.UUID = ACCOUNT, **fields: Any) -> Contact:
    if not fields:
        fields = {"external_id": str(uuid.uuid4())}
    return messages.as_contact(
        addressbook.add(session, account_id, CreateContact(name=name, **fields), now=NOW)
    )


def walk(session: Session, *, limit: int) -> list[Contact]:
    """Every page, from the first to the last."""
    found: list[Contact] = []
    after = None
    while True:
        page = listing.page(session, ACCOUNT, schema.load(ListContacts, {"limit": limit, "after": after}))
        found += page.data
        assert page.has_more == (page.next_cursor is not None)
        assert len(page.data) <= limit
        if not page.has_more:
            return found
        assert len(page.data) == limit
        after = page.next_cursor


def test_a_contact_is_found_as_it_was_added(session: Session) -> None:
    added = add(session, "  Bob Builder ", email="Bob@Example.org", phone="+33 1 42 68 53 00", language="fr")
    assert messages.as_contact(addressbook.find(session, ACCOUNT, added.id)) == added
    assert (added.name, added.email, added.state) == (
        "Bob Builder",
        "Bob@Example.org",
        ContactState.UNVERIFIED,
    )
    assert (added.created_at, added.updated_at) == (NOW, NOW)


@pytest.mark.parametrize("email", ["bob@example.org", "BOB@example.org", "bob@EXAMPLE.ORG"])
def test_an_address_is_one_contacts_in_whatever_case(session: Session, email: str) -> None:
    add(session, email="bob@example.org")
    with pytest.raises(ContactEmailInUse):
        add(session, "Another", email=email)


def test_another_account_may_have_a_contact_with_the_same_address(session: Session) -> None:
    add(session, email="bob@example.org")
    add(session, email="bob@example.org", account_id=OTHER)


def test_contacts_without_an_address_are_as_many_as_one_likes(session: Session) -> None:
    assert add(session).id != add(session).id


def test_an_address_that_cannot_be_is_refused(session: Session) -> None:
    with pytest.raises(EmailInvalid):
        add(session, email="bob@-example.org")


def test_another_accounts_contact_is_not_found(session: Session) -> None:
    other = add(session, account_id=OTHER)
    for contact_id in (other.id, uuid.uuid4()):
        with pytest.raises(ContactNotFound):
            addressbook.find(session, ACCOUNT, contact_id)


def test_ten_additions_of_one_address_at_once_add_one(templates: Templates) -> None:
    url = templates.new("contacts")

    def once_more(_: int) -> Contact:
        with committed(url, account_id=ACCOUNT) as session:
            return add(session, email="bob@example.org")

    outcomes = at_once(10, once_more)
    assert sum(isinstance(outcome, Contact) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, ContactEmailInUse) for outcome in outcomes) == 9


@pytest.mark.parametrize("limit", [1, 3, 7, 8, 100])
def test_pages_hold_every_contact_once_in_order_of_name(session: Session, limit: int) -> None:
    names = ["bob", "Bob", "alice", "Émile", "émile", "Zoe", "홍길동", "ａｌｉｃｅ"]
    added = [add(session, name) for name in names]
    add(session, "of another account", account_id=OTHER)
    found = walk(session, limit=limit)
    assert sorted(contact.id for contact in found) == sorted(contact.id for contact in added)
    keys = [(addressbook.name_key(contact.name), contact.id) for contact in found]
    assert keys == sorted(keys)
    assert {contact.name for contact in found[:2]} == {"alice", "ａｌｉｃｅ"}


def test_what_comes_while_one_leafs_through_moves_nothing(session: Session) -> None:
    for name in ("a", "c", "e", "g"):
        add(session, name)
    first = listing.page(session, ACCOUNT, ListContacts(limit=2))
    add(session, "b")
    add(session, "d")
    second = listing.page(session, ACCOUNT, ListContacts(limit=10, after=first.next_cursor))
    assert [contact.name for contact in (*first.data, *second.data)] == ["a", "c", "d", "e", "g"]


@pytest.mark.parametrize("state", [ContactState.BLOCKED, ContactState.DELETED])
def test_blocked_and_deleted_contacts_are_not_listed(session: Session, state: ContactState) -> None:
    hidden, shown = add(session, "Hidden"), add(session, "Shown")
    session.execute(
        text("UPDATE contacts SET state = :state WHERE id = :id"), {"state": state.value, "id": hidden.id}
    )
    assert walk(session, limit=10) == [shown]


LONGEST = {
    "korean": "홍",
    "escaped": '"',
    "outside the plane": "𝓐",
    "two when folded": "ß",
    "18 when folded": "ﷺ",
}


@pytest.mark.parametrize("name", [letter * 200 for letter in LONGEST.values()], ids=LONGEST)
def test_the_longest_names_have_pages_too(session: Session, name: str) -> None:
    """The cursor holds the name in its comparison form, which may be longer than the name."""
    for _ in range(3):
        add(session, name)
    assert len(walk(session, limit=1)) == 3


def cursor(*place: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "after",
    [
        "",
        "x",
        "not a cursor",
        "é",
        "%00",
        cursor("contacts:created", "bob", str(uuid.uuid4())),
        cursor("contacts:name", "bob"),
        cursor("contacts:name", "bob", "no id"),
        cursor("contacts:name", "bob", 7),
        cursor("contacts:name", 7, str(uuid.uuid4())),
        cursor("contacts:name", "b\x00b", str(uuid.uuid4())),
        cursor("contacts:name", "\ud800", str(uuid.uuid4())),
        cursor(*"nested"),
        base64.urlsafe_b64encode(b'{"a": 1, "b": 2, "c": 3}').decode(),
        base64.urlsafe_b64encode(b"[" * 300).decode(),
    ],
    ids=itertools.count(),
)
def test_what_is_no_cursor_of_this_list_is_refused(session: Session, after: str) -> None:
    with pytest.raises(CursorInvalid):
        listing.page(session, ACCOUNT, ListContacts(after=after))


FILL = """
    INSERT INTO contacts (id, account_id, name, name_key, state, created_at, updated_at)
    SELECT gen_random_uuid(), CASE WHEN n % 10 = 0 THEN CAST(:account AS uuid) ELSE gen_random_uuid() END,
           'Contact ' || n, 'contact ' || n, 'verified', now(), now()
    FROM generate_series(1, 100000) n
"""
SECOND_PAGE = """
    EXPLAIN SELECT * FROM contacts
    WHERE account_id = :account AND state IN ('unverified', 'verified') AND (name_key, id) > ('contact 5', :id)
    ORDER BY name_key, id LIMIT 31
"""

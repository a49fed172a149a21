"""New contacts: what they need, and in what form it is kept."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from contacts.people import addressbook, lifecycle
from tests.contacts.conftest import ACCOUNT, NOW, add, know_country
from wire.contacts.addresses import ContactEmailLimitReached
from wire.contacts.people import (
    ContactEmailInUse,
    ContactIdentifierRequired,
    ContactNotDeleted,
    ContactNotFound,
    CreateContact,
)
from wire.identity import EmailInvalid, PhoneInvalid


@pytest.mark.parametrize(
    "fields",
    [
        {"email": "bob@example.org"},
        {"emails": ("bob@example.org",)},
        {"phone": "+33 1 42 68 53 00"},
        {"mobile": "+82 10-1234-5678"},
        {"external_id": "crm-1"},
    ],
)
def test_a_name_and_one_thing_more_is_enough(session: Session, fields: dict[str, Any]) -> None:
    assert add(session, **fields).state == "unverified"


def test_a_name_alone_is_not_enough(session: Session) -> None:
    with pytest.raises(ContactIdentifierRequired) as refused:
        addressbook.add(session, ACCOUNT, CreateContact(name="Bob"), now=NOW)
    assert [error.pointer for error in refused.value.errors] == [
        "/email",
        "/phone",
        "/mobile",
        "/external_id",
    ]


def test_the_first_address_is_the_primary_one_and_each_counts_once(session: Session) -> None:
    row = add(session, email="Bob@example.org", emails=("a@example.org", "bob@EXAMPLE.org", "b@example.org"))
    assert [(one.email, one.is_primary) for one in row.emails] == [
        ("Bob@example.org", True),
        ("a@example.org", False),
        ("b@example.org", False),
    ]
    assert row.email == "Bob@example.org"


def test_an_address_has_one_comparison_form(session: Session) -> None:
    add(session, email="ann@exämple.org")
    for email in ("ann@xn--exmple-cua.org", "Ann@EXÄMPLE.org"):
        with pytest.raises(ContactEmailInUse), session.begin_nested():
            add(session, emails=("first@example.org", email))


def test_the_address_that_is_wrong_is_named(session: Session) -> None:
    with pytest.raises(EmailInvalid) as refused:
        add(session, email="a@example.org", emails=("b@example.org", "b@-example.org"))
    assert refused.value.errors[0].pointer == "/emails/1"


def test_ten_addresses_are_enough(session: Session) -> None:
    many = tuple(f"bob{number}@example.org" for number in range(10))
    assert len(add(session, emails=many).emails) == 10
    with pytest.raises(ContactEmailLimitReached):
        add(session, email="ann@example.org", emails=tuple(f"ann{email}" for email in many))


def test_a_number_is_kept_as_every_country_can_dial_it_with_its_extension(session: Session) -> None:
    know_country(session, "KR")
    row = add(session, phone="010-1234-5678", mobile="+33 1 42 68 53 00 ext. 12")
    assert (row.phone, row.mobile) == ("+821012345678", "+33142685300;ext=12")
    assert add(session, phone=row.mobile).phone == row.mobile


def test_where_the_country_is_not_known_a_number_needs_its_prefix(session: Session) -> None:
    with pytest.raises(PhoneInvalid) as refused:
        add(session, phone="010-1234-5678", mobile="no number")
    assert [error.pointer for error in refused.value.errors] == ["/phone", "/mobile"]
    assert add(session, phone="+82 10-1234-5678").phone == "+821012345678"


def test_nothing_is_left_of_what_is_deleted_for_good(session: Session) -> None:
    row = add(session, email="bob@example.org")
    with pytest.raises(ContactNotDeleted):
        lifecycle.delete_permanently(session, row, is_forced=False)
    lifecycle.delete_permanently(session, row, is_forced=True)
    with pytest.raises(ContactNotFound):
        addressbook.find(session, ACCOUNT, row.id)
    assert (
        session.scalar(text("SELECT count(*) FROM contact_emails WHERE account_id = :id"), {"id": ACCOUNT})
        == 0
    )


def test_a_deleted_contact_is_deleted_for_good_without_force(session: Session) -> None:
    row = add(session, email="bob@example.org")
    lifecycle.delete_softly(session, row, now=NOW)
    lifecycle.delete_permanently(session, row, is_forced=False)
    assert add(session, email="bob@example.org").id != row.id


def test_another_accounts_contact_is_not_found(session: Session) -> None:
    other = add(session, account_id=uuid.uuid4())
    for find in (addressbook.find, addressbook.lock):
        with pytest.raises(ContactNotFound):
            find(session, ACCOUNT, other.id)

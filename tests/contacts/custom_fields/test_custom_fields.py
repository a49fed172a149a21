"""Custom fields: defined per account, and values that are of their kind."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from contacts.custom_fields import custom_fields, definitions
from contacts.people import addressbook, updates
from tests.contacts.conftest import ACCOUNT, LATER, NOW, OTHER, add, define
from wire.contacts.custom_fields import (
    ContactFieldChoicesRequired,
    ContactFieldKeyInUse,
    ContactFieldLimitReached,
    ContactFieldNotFound,
    CreateContactField,
    CustomFieldsInvalid,
    FieldKind,
    UpdateContactField,
)
from wire.contacts.people import UpdateContact

RIGHT = {
    "note": "two\nlines",
    "seats": 12.5,
    "since": "2026-02-28",
    "tier": "gold",
    "is_partner": False,
}


@pytest.fixture(autouse=True)
def fields(session: Session) -> None:
    define(session, "note", FieldKind.TEXT)
    define(session, "seats", FieldKind.NUMBER)
    define(session, "since", FieldKind.DATE)
    define(session, "tier", FieldKind.CHOICE, choices=("gold", " silver", "gold"))
    define(session, "is_partner", FieldKind.CHECKBOX)


def test_values_of_their_kind_are_kept(session: Session) -> None:
    assert add(session, custom_fields=RIGHT).custom_fields == RIGHT


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("note", 7, "datatype_mismatch"),
        ("note", "x" * 1001, "too_long"),
        ("note", "a\x00b", "invalid_value"),
        ("note", "\ud800", "invalid_value"),
        ("seats", "12", "datatype_mismatch"),
        ("seats", True, "datatype_mismatch"),
        ("seats", 10**30, "invalid_value"),
        ("seats", float("inf"), "invalid_value"),
        ("since", "2026-02-30", "invalid_value"),
        ("since", "20260228", "invalid_value"),
        ("since", 20260228, "datatype_mismatch"),
        ("tier", "bronze", "invalid_value"),
        ("tier", ["gold"], "datatype_mismatch"),
        ("is_partner", "true", "datatype_mismatch"),
        ("is_partner", {"a": 1}, "datatype_mismatch"),
        ("shoe~size/", 43, "invalid_field"),
    ],
)
def test_a_value_of_another_kind_is_named(session: Session, key: str, value: Any, code: str) -> None:
    with pytest.raises(CustomFieldsInvalid) as refused:
        add(session, custom_fields={**RIGHT, key: value})
    [error] = refused.value.errors
    assert (error.pointer, error.code) == (
        f"/custom_fields/{key.replace('~', '~0').replace('/', '~1')}",
        code,
    )
    assert refused.value.facts["known"] == [*RIGHT]


def test_an_update_changes_the_fields_that_it_names(session: Session) -> None:
    row = add(session, custom_fields=RIGHT)
    request = UpdateContact(contact_id=row.id, custom_fields={"seats": 13, "note": None, "tier": "silver"})
    change = updates.update(session, addressbook.lock(session, ACCOUNT, row.id), request, now=LATER)
    assert change.previous == {"custom_fields": RIGHT}
    assert row.custom_fields == {"seats": 13, "since": "2026-02-28", "tier": "silver", "is_partner": False}


def test_another_accounts_fields_are_not_known(session: Session) -> None:
    assert custom_fields.defined(session, OTHER) == []
    with pytest.raises(CustomFieldsInvalid):
        add(session, account_id=OTHER, custom_fields={"note": "x"})


def create(session: Session, **fields: Any) -> None:
    definitions.create(session, ACCOUNT, CreateContactField(**{"label": "X", **fields}), now=NOW)


def test_a_key_is_one_fields(session: Session) -> None:
    with pytest.raises(ContactFieldKeyInUse):
        create(session, key="note", kind=FieldKind.NUMBER)


@pytest.mark.parametrize(("kind", "choices"), [(FieldKind.CHOICE, ()), (FieldKind.TEXT, ("a",))])
def test_a_choice_alone_has_choices(session: Session, kind: FieldKind, choices: tuple[str, ...]) -> None:
    with pytest.raises(ContactFieldChoicesRequired):
        create(session, key="x", kind=kind, choices=choices)


def test_fifty_fields_are_enough(session: Session) -> None:
    for number in range(45):
        create(session, key=f"x{number}", kind=FieldKind.TEXT)
    with pytest.raises(ContactFieldLimitReached):
        create(session, key="one_more", kind=FieldKind.TEXT)


def test_a_choice_that_is_taken_away_stays_with_those_who_have_it(session: Session) -> None:
    row = add(session, custom_fields=RIGHT)
    tier = custom_fields.defined(session, ACCOUNT)[3]
    request = UpdateContactField(field_id=tier.id, label=" Level ", choices=("silver",))
    changed, change = definitions.change(session, ACCOUNT, request)
    assert (changed.label, changed.choices) == ("Level", ["silver"])
    assert change.previous == {"label": "Tier", "choices": ["gold", "silver"]}
    assert not definitions.change(session, ACCOUNT, request)[1]
    assert row.custom_fields["tier"] == "gold"


def test_contacts_lose_the_values_of_a_deleted_field(session: Session) -> None:
    row, other = add(session, custom_fields=RIGHT), add(session)
    tier = custom_fields.defined(session, ACCOUNT)[3]
    definitions.remove(session, ACCOUNT, tier.id, now=LATER)
    session.expire_all()
    found = addressbook.find(session, ACCOUNT, row.id)
    assert ("tier" in found.custom_fields, found.version, found.updated_at) == (False, 2, LATER)
    assert addressbook.find(session, ACCOUNT, other.id).version == 1


def test_another_accounts_field_is_not_found(session: Session) -> None:
    field = custom_fields.defined(session, ACCOUNT)[0]
    for attempt in (
        lambda: definitions.remove(session, OTHER, field.id, now=NOW),
        lambda: definitions.change(session, OTHER, UpdateContactField(field_id=field.id)),
    ):
        with pytest.raises(ContactFieldNotFound):
            attempt()

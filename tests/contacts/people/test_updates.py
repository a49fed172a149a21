"""Updates of a contact: one save changes all that it names or nothing."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from sqlalchemy.orm import Session

from contacts.people import addressbook, lifecycle, states, updates
from contacts.people.changes import Change
from contacts.people.models import ContactRow
from tests.contacts.conftest import ACCOUNT, LATER, NOW, add, know_country
from wire.contacts.addresses import PrimaryEmailRequired
from wire.contacts.people import (
    ContactEmailInUse,
    ContactExternalIdInUse,
    ContactIdentifierRequired,
    ContactIsBlocked,
    ContactIsDeleted,
    ContactState,
    SettableState,
    UpdateContact,
)
from wire.contract import Refusal
from wire.identity import EmailInvalid, PhoneInvalid
from wire.versions import VersionStale

BLOCKED, ACTIVE = SettableState.BLOCKED, SettableState.ACTIVE


def update(session: Session, row: ContactRow, **fields: Any) -> Change:
    request = UpdateContact(contact_id=row.id, **fields)
    return updates.update(session, addressbook.lock(session, row.account_id, row.id), request, now=LATER)


def verify(session: Session, row: ContactRow) -> None:
    """As an activation does."""
    row.verified_at = row.emails[0].confirmed_at = NOW
    row.password_hash = "hash"  # no password
    states.settle(row)
    session.flush()


def test_one_save_changes_what_it_names_and_nothing_else(session: Session) -> None:
    know_country(session)
    row = add(session, email="bob@example.org", tags=("a",))
    change = update(
        session, row, name=" Robert ", phone="01 42 68 53 00", tags=("vip", "VIP ", "b"), external_id="CRM-1"
    )
    assert change.previous == {"name": "Bob", "phone": None, "tags": ["a"], "external_id": None}
    assert (row.name, row.phone, row.tags, row.external_id) == (
        "Robert",
        "+33142685300",
        ["vip", "b"],
        "CRM-1",
    )
    assert (row.email, row.version, row.updated_at) == ("bob@example.org", 2, LATER)


def test_a_save_of_what_is_there_already_changes_nothing(session: Session) -> None:
    know_country(session)
    row = add(session, email="bob@example.org", phone="01 42 68 53 00", tags=("vip",), external_id="crm-1")
    change = update(
        session,
        row,
        name="Bob ",
        email="bob@example.org",
        phone="+33 1 42 68 53 00",
        mobile=None,
        tags=("vip",),
        external_id="crm-1",
        custom_fields={},
        state=ACTIVE,
    )
    assert not change
    assert (row.version, row.updated_at) == (1, NOW)


def test_null_takes_away(session: Session) -> None:
    row = add(session, email="bob@example.org", external_id="crm-1", language="fr")
    assert update(session, row, external_id=None, language=None)
    assert (row.external_id, row.external_id_key, row.language) == (None, None, None)


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"phone": "12"}, PhoneInvalid),
        ({"mobile": "call me"}, PhoneInvalid),
        ({"email": "bob@-example.org"}, EmailInvalid),
        ({"email": "ANN@example.org"}, ContactEmailInUse),
        ({"external_id": "Ann-1 "}, ContactExternalIdInUse),
        ({"email": None, "external_id": None}, ContactIdentifierRequired),
        ({"version": 2}, VersionStale),
    ],
)
def test_a_refused_save_changes_nothing(
    session: Session, fields: dict[str, Any], refusal: type[Refusal]
) -> None:
    add(session, "Ann", emails=("first@example.org", "ann@example.org"), external_id="ann-1")
    row = add(session, email="bob@example.org", external_id="bob-1")
    with pytest.raises(refusal), session.begin_nested():
        update(session, row, name="Robert", **fields)
    kept = addressbook.lock(session, ACCOUNT, row.id)
    assert (kept.name, kept.email, kept.external_id, kept.version) == ("Bob", "bob@example.org", "bob-1", 1)


def test_a_conflict_names_who_has_it_a_deleted_contact_too(session: Session) -> None:
    ann = add(session, "Ann", emails=("first@example.org", "ann@example.org"), external_id="ann-1")
    row = add(session, email="bob@example.org")
    lifecycle.delete_softly(session, ann, now=NOW)
    for fields in ({"email": "ann@example.org"}, {"external_id": "ANN-1"}):
        with pytest.raises((ContactEmailInUse, ContactExternalIdInUse)) as refused, session.begin_nested():
            update(session, row, **fields)
        assert refused.value.facts == {"contact_id": str(ann.id), "contact_state": "deleted"}
        assert refused.value.errors[0].pointer == f"/{next(iter(fields))}"


def test_another_email_takes_the_primary_ones_place(session: Session) -> None:
    row = add(session, emails=("bob@example.org", "second@example.org"))
    email_id = row.emails[0].id
    assert update(session, row, email="robert@example.com").previous == {"email": "bob@example.org"}
    assert [(one.email, one.is_primary) for one in row.emails] == [
        ("robert@example.com", True),
        ("second@example.org", False),
    ]
    assert row.emails[0].id == email_id
    add(session, "Another", email="bob@example.org")


def test_a_new_unconfirmed_address_makes_a_verified_contact_unverified(session: Session) -> None:
    row = add(session, email="bob@example.org")
    verify(session, row)
    change = update(session, row, email="robert@example.org")
    assert change.previous == {"email": "bob@example.org", "state": "verified"}
    assert row.state == ContactState.UNVERIFIED.value


def test_a_confirmed_address_that_becomes_primary_again_verifies_again(session: Session) -> None:
    row = add(session, emails=("bob@example.org", "second@example.org"))
    verify(session, row)
    update(session, row, email="Second@example.org")
    assert (row.email, row.state) == ("second@example.org", "unverified")
    update(session, row, email="bob@example.org")
    assert (row.email, row.state) == ("bob@example.org", "verified")


def test_other_letters_of_the_same_address_confirm_and_unconfirm_nothing(session: Session) -> None:
    row = add(session, email="bob@example.org")
    verify(session, row)
    assert update(session, row, email="Bob@Example.org").previous == {"email": "bob@example.org"}
    assert (row.email, row.emails[0].email, row.state) == ("Bob@Example.org", "Bob@Example.org", "verified")


def test_the_primary_address_is_not_taken_away_while_there_are_others(session: Session) -> None:
    row = add(session, emails=("bob@example.org", "second@example.org"), external_id="crm-1")
    with pytest.raises(PrimaryEmailRequired):
        update(session, row, email=None)
    alone = add(session, email="alone@example.org", external_id="crm-2")
    assert update(session, alone, email=None).previous == {"email": "alone@example.org"}
    assert (alone.email, alone.emails) == (None, [])


def test_a_blocked_contact_is_changed_only_by_what_unblocks_it(session: Session) -> None:
    row = add(session, email="bob@example.org")
    assert update(session, row, state=BLOCKED).previous == {"state": "unverified"}
    assert not update(session, row, state=BLOCKED)
    with pytest.raises(ContactIsBlocked) as refused:
        update(session, row, name="Robert")
    assert refused.value.facts == {"contact_id": str(row.id)}
    change = update(session, row, state=ACTIVE, name="Robert")
    assert change.previous == {"name": "Bob", "state": "blocked"}
    assert row.state == "unverified"


def test_a_deleted_contact_is_not_changed(session: Session) -> None:
    row = add(session, email="bob@example.org")
    assert lifecycle.delete_softly(session, row, now=NOW).previous == {"state": "unverified"}
    assert not lifecycle.delete_softly(session, row, now=LATER)
    for fields in ({"name": "Robert"}, {"state": ACTIVE}, {"state": BLOCKED}):
        with pytest.raises(ContactIsDeleted):
            update(session, row, **fields)


def test_a_restored_contact_is_what_it_was(session: Session) -> None:
    row = add(session, email="bob@example.org")
    update(session, row, state=BLOCKED)
    lifecycle.delete_softly(session, row, now=LATER)
    assert row.state == "deleted"
    assert lifecycle.restore(session, row, now=LATER).previous == {"state": "deleted"}
    assert row.state == "blocked"
    assert not lifecycle.restore(session, row, now=LATER)


def test_an_external_id_is_one_contacts_in_an_account(session: Session) -> None:
    add(session, external_id="CRM-1")
    add(session, external_id="crm-1", account_id=uuid.uuid4())
    with pytest.raises(ContactExternalIdInUse), session.begin_nested():
        add(session, external_id=" crm-1")

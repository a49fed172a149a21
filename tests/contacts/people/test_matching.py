"""Create or update: a program says by an address or an external id whom it means."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from contacts.people import lifecycle, matching
from contacts.people.matching import Put
from tests.contacts.conftest import ACCOUNT, LATER, NOW, OTHER, add
from wire.contacts.people import (
    ContactEmailInUse,
    ContactEmailsReserved,
    ContactIdentifierRequired,
    ContactIsDeleted,
    CreateContact,
    MatchBy,
    PutContact,
)


def put(
    session: Session, by: MatchBy = MatchBy.EMAIL, *, may_change_emails: bool = True, **fields: Any
) -> Put:
    contact = CreateContact(**{"name": "Bob", **fields})
    request = PutContact(match_by=by, contact=contact, may_change_emails=may_change_emails)
    return matching.put(session, ACCOUNT, request, now=LATER)


def test_whoever_is_not_there_is_created(session: Session) -> None:
    add(session, account_id=OTHER, email="bob@example.org", external_id="crm-1")
    assert put(session, email="bob@example.org").is_new
    assert put(session, MatchBy.EXTERNAL_ID, external_id="crm-1").is_new


@pytest.mark.parametrize("email", [" Second@example.org", "BOB@EXAMPLE.ORG"])
def test_whoever_has_the_address_is_updated_primary_or_not(session: Session, email: str) -> None:
    row = add(session, emails=("bob@example.org", "second@example.org"), tags=("a",), language="fr")
    done = put(session, email=email.strip(), name="Robert", external_id="crm-1", may_change_emails=False)
    assert (done.row.id, done.is_new) == (row.id, False)
    assert done.change.previous == {"name": "Bob", "external_id": None}
    assert (row.email, row.tags, row.language) == ("bob@example.org", ["a"], "fr")


def test_nothing_changes_where_nothing_is_different(session: Session) -> None:
    row = add(session, email="bob@example.org", tags=("a",))
    assert not put(session, email="bob@example.org", tags=("a",)).change
    assert (row.version, row.updated_at) == (1, NOW)


def test_by_an_external_id_the_address_is_changed_too(session: Session) -> None:
    row = add(session, email="bob@example.org", external_id="crm-1")
    done = put(session, MatchBy.EXTERNAL_ID, external_id="CRM-1", email="robert@example.org")
    assert done.change.previous == {"external_id": "crm-1", "email": "bob@example.org"}
    assert (row.email, row.version) == ("robert@example.org", 2)


def test_other_addresses_are_added_in_the_same_save(session: Session) -> None:
    row = add(session, email="bob@example.org")
    done = put(session, name="Robert", emails=("bob@example.org", "second@example.org"))
    assert done.change.previous == {"name": "Bob", "emails": ["bob@example.org"]}
    assert ([one.email for one in row.emails], row.version) == (["bob@example.org", "second@example.org"], 2)


@pytest.mark.parametrize("fields", [{"emails": ("new@example.org",)}, {"email": "new@example.org"}])
def test_addresses_are_changed_by_administrators_alone(session: Session, fields: dict[str, Any]) -> None:
    add(session, email="bob@example.org", external_id="crm-1")
    with pytest.raises(ContactEmailsReserved):
        put(session, MatchBy.EXTERNAL_ID, external_id="crm-1", may_change_emails=False, **fields)


def test_a_deleted_contact_is_named_and_not_made_anew(session: Session) -> None:
    row = add(session, email="bob@example.org")
    lifecycle.delete_softly(session, row, now=NOW)
    with pytest.raises(ContactIsDeleted) as refused:
        put(session, email="bob@example.org")
    assert refused.value.facts == {"contact_id": str(row.id)}


def test_another_contacts_address_is_a_conflict(session: Session) -> None:
    ann = add(session, "Ann", email="ann@example.org")
    with pytest.raises(ContactEmailInUse) as refused:
        put(session, MatchBy.EXTERNAL_ID, external_id="crm-9", email="ann@example.org")
    assert refused.value.facts["contact_id"] == str(ann.id)


@pytest.mark.parametrize(
    ("by", "fields"),
    [(MatchBy.EMAIL, {"external_id": "x"}), (MatchBy.EXTERNAL_ID, {"email": "bob@example.org"})],
)
def test_the_mark_has_to_be_given(session: Session, by: MatchBy, fields: dict[str, str]) -> None:
    with pytest.raises(ContactIdentifierRequired) as refused:
        put(session, by, **fields)
    assert refused.value.errors[0].pointer == f"/{by.value}"

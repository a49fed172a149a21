"""Contacts of an account: created, changed, blocked, deleted, and their addresses and fields."""

from __future__ import annotations

from typing import Any

from tests.support.people import Member, sign_up
from tests.support.scenarios import ANY_VERSION, Outcome, of
from tests.support.suite import Suite


def added(suite: Suite, *emails: str) -> tuple[Member, dict[str, Any]]:
    """An owner, and a contact of theirs."""
    member = sign_up(suite)
    body = {"name": "Bob", "emails": [*(emails or ("bob@example.org",))]}
    return member, member.api.post("/v1/contacts", body).must_be(201).body


def path(contact: dict[str, Any], rest: str = "") -> str:
    return f"/v1/contacts/{contact['id']}{rest}"


def change(member: Member, contact: dict[str, Any], **changes: Any) -> dict[str, Any]:
    answer = member.api.send("PATCH", path(contact), body=changes, headers=ANY_VERSION)
    changed: dict[str, Any] = answer.must_be(200).body
    return changed


def add_contact(suite: Suite) -> Outcome:
    member, contact = added(suite)
    return of(member, object_id=contact["id"])


def put_contact(suite: Suite) -> Outcome:
    member, contact = added(suite)
    body = {"match_by": "email", "contact": {"name": "Robert", "email": "bob@example.org"}}
    member.api.post("/v1/contacts/create-or-update", body).must_be(200)
    return of(member, object_id=contact["id"])


def rename_contact(suite: Suite) -> Outcome:
    member, contact = added(suite)
    change(member, contact, name="Robert")
    return of(member, object_id=contact["id"])


def block_contact(suite: Suite) -> Outcome:
    member, contact = added(suite)
    change(member, contact, state="blocked")
    return of(member, object_id=contact["id"])


def unblock_contact(suite: Suite) -> Outcome:
    member, contact = added(suite)
    change(member, contact, state="blocked")
    change(member, contact, state="active")
    return of(member, object_id=contact["id"])


def delete_contact(suite: Suite) -> Outcome:
    member, contact = added(suite)
    member.api.delete(path(contact)).must_be(204)
    return of(member, object_id=contact["id"])


def delete_contact_permanently(suite: Suite) -> Outcome:
    member, contact = added(suite)
    member.api.delete(path(contact, "?permanent=true&force=true")).must_be(204)
    return of(member, object_id=contact["id"])


def restore_contact(suite: Suite) -> Outcome:
    member, contact = added(suite)
    member.api.delete(path(contact)).must_be(204)
    member.api.post(path(contact, "/restore")).must_be(200)
    return of(member, object_id=contact["id"])


def add_email(suite: Suite) -> Outcome:
    member, contact = added(suite)
    member.api.post(path(contact, "/emails"), {"email": "second@example.org"}).must_be(201)
    return of(member, object_id=contact["id"])


def promote_email(suite: Suite) -> Outcome:
    member, contact = added(suite, "bob@example.org", "second@example.org")
    second = contact["emails"][1]["id"]
    member.api.send("PUT", path(contact, f"/emails/{second}/primary")).must_be(200)
    return of(member, object_id=contact["id"])


def remove_email(suite: Suite) -> Outcome:
    member, contact = added(suite, "bob@example.org", "second@example.org")
    second = contact["emails"][1]["id"]
    member.api.delete(path(contact, f"/emails/{second}")).must_be(204)
    return of(member, object_id=contact["id"])


def with_field(suite: Suite) -> tuple[Member, dict[str, Any]]:
    """An owner, and a field that they have defined."""
    member = sign_up(suite)
    body = {"key": "tier", "label": "Tier", "kind": "choice", "choices": ["gold", "silver"]}
    return member, member.api.post("/v1/contact-fields", body).must_be(201).body


def create_field(suite: Suite) -> Outcome:
    member, field = with_field(suite)
    return of(member, object_id=field["id"])


def change_field(suite: Suite) -> Outcome:
    member, field = with_field(suite)
    member.api.send("PATCH", f"/v1/contact-fields/{field['id']}", body={"label": "Level"}).must_be(200)
    return of(member, object_id=field["id"])


def delete_field(suite: Suite) -> Outcome:
    member, field = with_field(suite)
    member.api.delete(f"/v1/contact-fields/{field['id']}").must_be(204)
    return of(member, object_id=field["id"])

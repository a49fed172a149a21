"""Addresses of a contact over HTTP: added, promoted, removed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.people import Member, invited, new_email, sign_up
from tests.support.suite import Suite

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def owner(running_suite: Suite) -> Member:
    return sign_up(running_suite)


def contact_with(member: Member, count: int) -> dict[str, Any]:
    body = {"name": "Bob", "emails": [new_email() for _ in range(count)]}
    made: dict[str, Any] = member.api.post("/v1/contacts", body).must_be(201).body
    return made


def read(member: Member, contact: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = member.api.get(f"/v1/contacts/{contact['id']}").must_be(200).body
    return found


def test_an_address_is_added_promoted_and_the_old_one_removed(owner: Member) -> None:
    contact, email = contact_with(owner, 1), new_email()
    path = f"/v1/contacts/{contact['id']}/emails"
    added = owner.api.post(path, {"email": email, "is_confirmed": True}).must_be(201).body
    assert (added["email"], added["is_primary"], added["is_confirmed"]) == (email, False, True)
    promoted = owner.api.send("PUT", f"{path}/{added['id']}/primary").must_be(200)
    assert (promoted.body["email"], promoted.headers["ETag"]) == (email, '"3"')
    assert [one["is_primary"] for one in promoted.body["emails"]] == [True, False]
    again = owner.api.send("PUT", f"{path}/{added['id']}/primary").must_be(200)
    assert again.body == promoted.body
    old = promoted.body["emails"][1]
    assert old["email"] == contact["email"]
    owner.api.delete(f"{path}/{old['id']}").must_be(204)
    owner.api.delete(f"{path}/{old['id']}").must_be(404)
    assert [one["email"] for one in read(owner, contact)["emails"]] == [email]


def test_the_primary_address_is_never_removed(owner: Member) -> None:
    contact = contact_with(owner, 2)
    path = f"/v1/contacts/{contact['id']}/emails/{contact['emails'][0]['id']}"
    refused = owner.api.delete(path).must_be(409)
    assert refused.code == "primary_email_required"
    assert refused.body["links"]["contact"] == f"/v1/contacts/{contact['id']}"
    assert read(owner, contact) == contact


def test_an_eleventh_address_is_refused(owner: Member) -> None:
    contact = contact_with(owner, 10)
    refused = owner.api.post(f"/v1/contacts/{contact['id']}/emails", {"email": new_email()}).must_be(409)
    assert (refused.code, refused.body["limit"]) == ("contact_email_limit_reached", 10)


def test_an_address_is_one_contacts_and_its_own_a_second_time_is_refused(owner: Member) -> None:
    contact, ann = contact_with(owner, 1), contact_with(owner, 2)
    path = f"/v1/contacts/{contact['id']}/emails"
    for email, holder in ((ann["emails"][1]["email"], ann), (contact["email"].upper(), contact)):
        refused = owner.api.post(path, {"email": email}).must_be(409)
        assert (refused.code, refused.body["contact_id"]) == ("email_in_use", holder["id"])


def test_an_agent_changes_no_addresses(suite: Suite, owner: Member) -> None:
    agent, contact = invited(suite, owner, "agent"), contact_with(owner, 2)
    path = f"/v1/contacts/{contact['id']}/emails"
    second = contact["emails"][1]["id"]
    for answer in (
        agent.api.post(path, {"email": new_email()}),
        agent.api.send("PUT", f"{path}/{second}/primary"),
        agent.api.delete(f"{path}/{second}"),
    ):
        assert answer.must_be(403).code == "access_denied"
    assert read(agent, contact) == contact

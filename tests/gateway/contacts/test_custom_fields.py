"""Custom fields over HTTP: defined per account, checked by their kind."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.people import Member, invited, new_email, sign_up
from tests.support.suite import Suite

pytestmark = pytest.mark.slow
KINDS = {"note": "text", "seats": "number", "since": "date", "tier": "choice", "is_partner": "checkbox"}
VALUES = {"note": "x", "seats": 12.5, "since": "2026-02-28", "tier": "gold", "is_partner": False}


@pytest.fixture(scope="module")
def owner(running_suite: Suite) -> Member:
    """Of an account with a field of each kind."""
    member = sign_up(running_suite)
    for key, kind in KINDS.items():
        choices = {"choices": ["gold", "silver"]} if kind == "choice" else {}
        body = {"key": key, "label": key.title(), "kind": kind, **choices}
        member.api.post("/v1/contact-fields", body).must_be(201)
    return member


def fields(member: Member) -> dict[str, dict[str, Any]]:
    return {one["key"]: one for one in member.api.get("/v1/contact-fields").must_be(200).body["data"]}


def create(member: Member, **values: Any) -> Any:
    return member.api.post("/v1/contacts", {"name": "Bob", "email": new_email(), "custom_fields": values})


def test_fields_are_listed_in_the_order_in_which_they_were_made(owner: Member) -> None:
    assert {key: one["kind"] for key, one in fields(owner).items()} == KINDS
    assert [*fields(owner)] == [*KINDS]


def test_values_are_kept_and_changed_one_by_one(owner: Member) -> None:
    contact = create(owner, **VALUES).must_be(201).body
    assert contact["custom_fields"] == VALUES
    changed = owner.api.send(
        "PATCH",
        f"/v1/contacts/{contact['id']}",
        body={"custom_fields": {"seats": 13, "note": None}},
        headers={"If-Match": "*"},
    ).must_be(200)
    assert changed.body["custom_fields"] == {
        "seats": 13,
        "since": "2026-02-28",
        "tier": "gold",
        "is_partner": False,
    }


def test_what_is_wrong_is_pointed_at_and_the_known_fields_are_named(owner: Member) -> None:
    answer = create(owner, seats="many", tier="bronze", shoe_size=43, note="x" * 1001).must_be(422)
    assert (answer.code, answer.body["known"]) == ("custom_fields_invalid", [*KINDS])
    assert {one["pointer"]: one["code"] for one in answer.body["errors"]} == {
        "/custom_fields/seats": "datatype_mismatch",
        "/custom_fields/tier": "invalid_value",
        "/custom_fields/shoe_size": "invalid_field",
        "/custom_fields/note": "too_long",
    }
    assert "1000" in next(one["detail"] for one in answer.body["errors"] if one["code"] == "too_long")


def test_a_field_is_changed_and_deleted(suite: Suite) -> None:
    member = sign_up(suite)
    body = {"key": "tier", "label": "Tier", "kind": "choice", "choices": ["gold", "silver"]}
    field = member.api.post("/v1/contact-fields", body).must_be(201).body
    assert member.api.post("/v1/contact-fields", body).must_be(409).code == "contact_field_key_in_use"
    path = f"/v1/contact-fields/{field['id']}"
    changed = member.api.send("PATCH", path, body={"label": "Level", "choices": ["gold"]}).must_be(200).body
    assert changed == {**field, "label": "Level", "choices": ["gold"]}
    refused = member.api.send("PATCH", path, body={"choices": []}).must_be(422)
    assert refused.code == "contact_field_choices_invalid"
    contact = create(member, tier="gold").must_be(201).body
    member.api.delete(path).must_be(204)
    member.api.delete(path).must_be(404)
    assert member.api.get(f"/v1/contacts/{contact['id']}").body["custom_fields"] == {}
    assert create(member, tier="gold").must_be(422).body["known"] == []


def test_an_agent_reads_the_fields_and_fills_them_in(suite: Suite, owner: Member) -> None:
    agent = invited(suite, owner, "agent")
    assert fields(agent) == fields(owner)
    create(agent, seats=3).must_be(201)
    body = {"key": "x", "label": "X", "kind": "text"}
    assert agent.api.post("/v1/contact-fields", body).must_be(403).code == "access_denied"

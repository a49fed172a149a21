"""API keys."""

from __future__ import annotations

from tests.support.people import PASSWORD, Member, sign_up
from tests.support.scenarios import Outcome, of
from tests.support.suite import Suite


def created_key(suite: Suite) -> tuple[Member, Outcome]:
    member = sign_up(suite)
    body = {"name": "Nightly export", "scopes": ["contacts:read"], "current_password": PASSWORD}
    created = member.api.post("/v1/api-keys", body).must_be(201).body
    return member, of(member, created["token"], object_id=created["api_key"]["id"])


def create_api_key(suite: Suite) -> Outcome:
    return created_key(suite)[1]


def revoke_api_key(suite: Suite) -> Outcome:
    member, outcome = created_key(suite)
    member.api.delete(f"/v1/api-keys/{outcome.object_id}").must_be(204)
    return outcome

"""API keys over HTTP: what they may do, and until when."""

from __future__ import annotations

import datetime
import json
import uuid
from typing import Any

import pytest

from tests.support.api import Api
from tests.support.people import PASSWORD, Member, invited, sign_up
from tests.support.suite import Suite
from tests.support.waiting import BY_EVENT_SECONDS, eventually

pytestmark = pytest.mark.slow
SCOPES = ["contacts:read", "contacts:write"]


@pytest.fixture(scope="module")
def member(running_suite: Suite) -> Member:
    return sign_up(running_suite)


def make(member: Member, **changes: Any) -> dict[str, Any]:
    body = {"name": "Nightly export", "scopes": SCOPES, **changes}
    created: dict[str, Any] = member.api.post("/v1/api-keys", body).must_be(201).body
    return created


def audited(suite: Suite, member: Member, action: str) -> list[dict[str, Any]]:
    query = """SELECT actor_kind, actor_id::text, actor_name, object_id::text, facts FROM audit_log
               WHERE account_id = %s AND action = %s ORDER BY id"""
    return suite.rows("accounts", query, member.account["id"], action)


def test_a_key_works_for_its_account_at_every_gateway(suite: Suite, member: Member) -> None:
    created = make(member)
    for number, api in enumerate(suite.apis):
        contact = {"name": f"Bob {number}", "external_id": f"bob-{number}"}
        api.with_token(created["token"]).post("/v1/contacts", contact).must_be(201)
    names = {contact["name"] for contact in member.api.get("/v1/contacts").must_be(200).body["data"]}
    assert {"Bob 0", "Bob 1"} <= names


def test_a_new_key_and_a_new_session_stand_where_their_answers_say(suite: Suite, member: Member) -> None:
    body = {"name": "Found again", "scopes": SCOPES}
    made = member.api.post("/v1/api-keys", body).must_be(201)
    key = made.headers["Location"]
    assert member.api.get(key).must_be(200).body == made.body["api_key"]
    opened = suite.api.post("/v1/sessions", {"email": member.email, "password": PASSWORD}).must_be(201)
    session = opened.headers["Location"]
    own = suite.api.with_token(opened.body["token"])
    assert own.get(session).must_be(200).body["id"] == opened.body["session"]["id"]
    stranger = sign_up(suite)
    assert stranger.api.get(key).must_be(404).code == "api_key_not_found"
    assert stranger.api.get(session).must_be(404).code == "session_not_found"
    member.api.delete(key).must_be(204)
    member.api.get(key).must_be(404)


def test_a_key_is_told_once_and_kept_as_a_digest(suite: Suite, member: Member) -> None:
    created = make(member, name="Told once")
    token, key = created["token"], created["api_key"]
    assert token.startswith(key["prefix"])
    assert key["prefix"].startswith("fd_live_")
    found = member.api.get("/v1/api-keys").must_be(200)
    assert key["id"] in {one["id"] for one in found.body["data"]}
    assert token not in found.text
    for table in ("api_keys", "outbox", "audit_log", "idempotency"):
        rows = suite.rows("accounts", f"SELECT to_jsonb(t)::text AS row FROM {table} t")
        assert token not in str(rows), table


def test_a_key_does_only_what_it_was_made_for(suite: Suite, member: Member) -> None:
    reader = suite.api.with_token(make(member, scopes=["contacts:read"])["token"])
    reader.get("/v1/contacts").must_be(200)
    refused = [
        reader.post("/v1/contacts", {"name": "Bob", "phone": "+33142685300"}),
        reader.get("/v1/account"),
        reader.get("/v1/me"),
        reader.get("/v1/sessions"),
        reader.get("/v1/api-keys"),
        reader.post("/v1/api-keys", {"name": "Another", "scopes": SCOPES}),
    ]
    assert [(answer.status, answer.code) for answer in refused] == [(403, "access_denied")] * len(refused)


def test_a_revoked_key_is_refused_within_a_second_at_every_gateway(suite: Suite, member: Member) -> None:
    created = make(member)
    gateways = [api.with_token(created["token"]) for api in suite.apis]
    for gateway in gateways:
        gateway.get("/v1/contacts").must_be(200)
    path = f"/v1/api-keys/{created['api_key']['id']}"
    member.api.delete(path).must_be(204)
    for gateway in gateways:
        eventually(
            lambda one=gateway: one.get("/v1/contacts").status == 401, BY_EVENT_SECONDS, "the key is refused"
        )
    member.api.delete(path).must_be(204)
    assert created["api_key"]["id"] not in member.api.get("/v1/api-keys").text
    revocations = [row["object_id"] for row in audited(suite, member, "api_key_revoked")]
    assert revocations.count(created["api_key"]["id"]) == 1


def test_keys_end_with_whoever_made_them_and_can_do_no_more_than_they_may(suite: Suite) -> None:
    owner = sign_up(suite)
    admin = invited(suite, owner, "admin")
    kept, created = make(owner), make(admin, name="Lesser", scopes=["users:read", "contacts:read"])
    keys = [api.with_token(created["token"]) for api in suite.apis]
    for api in keys:
        api.get("/v1/users").must_be(200)
    path = f"/v1/users/{admin.user['id']}"
    change = {"If-Match": "*"}
    owner.api.send("PATCH", path, body={"role": "agent"}, headers=change).must_be(200)
    for api in keys:
        eventually(
            lambda one=api: one.get("/v1/users").status == 403, BY_EVENT_SECONDS, "the key can do less"
        )
        api.get("/v1/contacts").must_be(200)
    scopes = {one["name"]: one["scopes"] for one in owner.api.get("/v1/api-keys").body["data"]}
    assert scopes == {"Nightly export": SCOPES, "Lesser": ["contacts:read"]}
    owner.api.delete(path).must_be(204)
    for api in keys:
        eventually(lambda one=api: one.get("/v1/contacts").status == 401, BY_EVENT_SECONDS, "the key is over")
    [revoked] = audited(suite, owner, "api_key_revoked")
    assert (revoked["object_id"], revoked["actor_id"]) == (created["api_key"]["id"], owner.user["id"])
    suite.api.with_token(kept["token"]).get("/v1/contacts").must_be(200)


def test_a_key_that_has_expired_is_refused(suite: Suite, member: Member) -> None:
    soon = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=4)
    program = suite.api.with_token(make(member, expires_at=soon.isoformat())["token"])
    program.get("/v1/contacts").must_be(200)
    eventually(lambda: program.get("/v1/contacts").status == 401, 10.0, "the key has expired")
    assert datetime.datetime.now(datetime.UTC) >= soon


def test_nobody_revokes_another_accounts_key(suite: Suite, member: Member) -> None:
    stranger = sign_up(suite)
    created = make(member)
    for key_id in (created["api_key"]["id"], uuid.uuid4()):
        answer = stranger.api.delete(f"/v1/api-keys/{key_id}")
        assert (answer.status, answer.code) == (404, "api_key_not_found")
    suite.api.with_token(created["token"]).get("/v1/contacts").must_be(200)


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"scopes": []}, "/scopes"),
        ({"scopes": ["everything"]}, "/scopes/0"),
        ({"scopes": ["contacts:read", "own"]}, "/scopes/1"),
        ({"scopes": ["api-keys"]}, "/scopes/0"),
        ({"scopes": ["account:cancel"]}, "/scopes/0"),
        ({"scopes": ["billing:write"]}, "/scopes/0"),
        ({"name": " "}, "/name"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "/expires_at"),
    ],
)
def test_what_no_key_can_be_is_refused(member: Member, changes: dict[str, Any], pointer: str) -> None:
    answer = member.api.post("/v1/api-keys", {"name": "Export", "scopes": SCOPES, **changes})
    assert answer.status == 422
    assert [error["pointer"] for error in answer.body["errors"]] == [pointer]


def test_making_a_key_takes_a_password_that_was_given_just_now(suite: Suite) -> None:
    member = sign_up(suite)
    session = member.api.get("/v1/sessions").must_be(200).body["data"][0]["id"]
    long_ago = (
        "UPDATE sessions SET authenticated_at = now() - interval '6 minutes' WHERE id = %s RETURNING id"
    )
    suite.rows("accounts", long_ago, session)
    body = {"name": "Export", "scopes": SCOPES}
    answer = member.api.post("/v1/api-keys", body)
    assert (answer.status, answer.code) == (403, "reauthentication_required")
    answer = member.api.post("/v1/api-keys", {**body, "current_password": "wrong " + PASSWORD})
    assert (answer.status, answer.code) == (403, "password_incorrect")
    member.api.post("/v1/api-keys", {**body, "current_password": PASSWORD}).must_be(201)
    assert member.api.post("/v1/api-keys", body).code == "reauthentication_required", (
        "it was for the first key"
    )
    again = {"password": PASSWORD}
    fresh = member.api.post("/v1/sessions/current/reauthentication", again).must_be(201).body["token"]
    suite.api.with_token(fresh).post("/v1/api-keys", body).must_be(201)


def test_what_a_key_does_is_written_down_as_the_keys_doing(suite: Suite) -> None:
    member = sign_up(suite)
    created = make(member, scopes=["users:read", "users:write"], name="HR sync")
    (made,) = audited(suite, member, "api_key_created")
    assert (made["actor_kind"], made["actor_name"]) == ("user", member.user["name"])
    assert made["facts"] == {
        "name": "HR sync",
        "prefix": created["api_key"]["prefix"],
        "scopes": ["users:read", "users:write"],
    }
    program = suite.api.with_token(created["token"])
    invitation = {"name": "Bob", "email": f"bob.{uuid.uuid4().hex[:8]}@example.com", "role": "agent"}
    program.post("/v1/users", invitation).must_be(201)
    (done,) = audited(suite, member, "user_invited")
    assert (done["actor_kind"], done["actor_id"], done["actor_name"]) == (
        "api_key",
        created["api_key"]["id"],
        "HR sync",
    )


def test_making_and_revoking_are_announced_without_the_key(suite: Suite) -> None:
    member = sign_up(suite)
    created = make(member)
    member.api.delete(f"/v1/api-keys/{created['api_key']['id']}").must_be(204)
    query = """SELECT routing_key, body FROM outbox
               WHERE account_id = %s AND routing_key LIKE 'account.api_key%%' ORDER BY position"""
    rows = suite.rows("accounts", query, member.account["id"])
    assert [row["routing_key"] for row in rows] == ["account.api_key_created", "account.api_key_revoked"]
    made, revoked = (json.loads(row["body"])["data"]["object"] for row in rows)
    assert made["api_key"]["id"] == revoked["api_key_id"] == created["api_key"]["id"]
    assert created["token"] not in str(rows)


def test_the_use_of_a_key_shows(suite: Suite) -> None:
    member = sign_up(suite)
    created = make(member)
    assert created["api_key"]["last_used_at"] is None
    suite.api.with_token(created["token"]).get("/v1/contacts").must_be(200)
    (listed,) = member.api.get("/v1/api-keys").must_be(200).body["data"]
    assert listed["last_used_at"] is not None
    assert listed["created_by"] == member.user["name"]


# Where a key may stand.


@pytest.fixture(scope="module")
def token(member: Member) -> str:
    return str(make(member)["token"])


@pytest.mark.parametrize("name", ["token", "api_key", "access_token", "key", "Authorization"])
def test_a_credential_in_the_address_opens_nothing(
    suite: Suite, member: Member, token: str, name: str
) -> None:
    for credential in (token, member.token):
        suite.api.get(f"/v1/contacts?{name}={credential}").must_be(401)


def test_a_credential_opens_nothing_as_a_name_and_password(suite: Suite, token: str) -> None:
    for user_info in (f"{token}:x", f"x:{token}"):
        api = Api(suite.base_url.replace("http://", f"http://{user_info}@"))
        api.get("/v1/contacts").must_be(401)


def test_a_key_is_no_cookie_and_no_person(suite: Suite, token: str) -> None:
    suite.api.get("/v1/contacts", cookies={"sid": token}).must_be(401)
    for cookies, api in (({"sid": token}, suite.api), ({}, suite.api.with_token(token))):
        page = api.get("/account/api-keys", cookies=cookies, headers={"Accept": "text/html"}).must_be(303)
        assert page.headers["Location"].startswith("/log-in")


@pytest.mark.parametrize("made_up", ["fd_live_", "fd_live_x", "fd_live_" + "x" * 43, "fd_live_" + "x" * 500])
def test_a_key_that_we_did_not_make_is_refused(suite: Suite, made_up: str) -> None:
    answer = suite.api.with_token(made_up).get("/v1/contacts")
    assert (answer.status, answer.code) == (401, "unauthenticated")

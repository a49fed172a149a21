"""Idempotency keys: a repeated write is done once, and answered as before if it is the same."""

from __future__ import annotations

import uuid

import pytest

from tests.support.people import PASSWORD, Member, new_account, new_email, sign_up
from tests.support.sessions import at_once
from tests.support.suite import Suite, superuser

pytestmark = pytest.mark.slow
BOB = {"name": "Bob", "phone": "+33142685300"}


@pytest.fixture(scope="module")
def member(running_suite: Suite) -> Member:
    return sign_up(running_suite)


def new_key() -> str:
    return f"key {uuid.uuid4()}"


def contacts_named(member: Member, name: str) -> int:
    return sum(one["name"] == name for one in member.api.get("/v1/contacts?limit=100").body["data"])


def test_the_same_request_with_the_same_key_is_answered_as_before(member: Member) -> None:
    key, body = new_key(), {"name": f"Twice {uuid.uuid4()}", "phone": "+33142685300"}
    first = member.api.post("/v1/contacts", body, key=key).must_be(201)
    again = member.api.post("/v1/contacts", body, key=key).must_be(201)
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert (again.content, again.headers["Location"]) == (first.content, first.headers["Location"])
    assert contacts_named(member, body["name"]) == 1


def test_a_sign_up_is_done_once_and_mailed_once(suite: Suite) -> None:
    key, body = new_key(), new_account()
    first = suite.api.post("/v1/accounts", body, key=key).must_be(201)
    again = suite.api.post("/v1/accounts", body, key=key).must_be(201)
    assert again.body == first.body
    suite.sink.wait_for(body["owner"]["email"])
    owed = "SELECT count(*) FROM outbox WHERE account_id = %s"
    assert suite.rows("accounts", owed, first.body["account"]["id"]) == [{"count": 2}]


def test_a_key_that_came_with_another_body_is_refused(member: Member) -> None:
    key = new_key()
    member.api.post("/v1/contacts", BOB, key=key).must_be(201)
    answer = member.api.post("/v1/contacts", {"name": "Eve", "phone": "+33142685300"}, key=key)
    assert (answer.status, answer.code) == (422, "idempotency_key_reused")


def test_a_key_means_nothing_at_another_operation(suite: Suite, member: Member) -> None:
    key = new_key()
    member.api.post("/v1/contacts", BOB, key=key).must_be(201)
    suite.api.post("/v1/accounts", new_account(), key=key).must_be(201)


def test_two_tenants_may_use_the_same_key(suite: Suite, member: Member) -> None:
    key, other = new_key(), sign_up(suite)
    first = member.api.post("/v1/contacts", BOB, key=key).must_be(201)
    second = other.api.post("/v1/contacts", BOB, key=key).must_be(201)
    assert "Idempotent-Replayed" not in second.headers
    assert first.body["id"] != second.body["id"]


def test_what_was_refused_is_not_kept(member: Member) -> None:
    key, email = new_key(), new_email()
    member.api.post("/v1/contacts", {"name": "Bob", "phone": "+33142685300", "country": 1}, key=key).must_be(
        422
    )
    taken = member.api.post("/v1/contacts", {"name": "First", "email": email}).must_be(201)
    member.api.post("/v1/contacts", {"name": "Bob", "email": email}, key=key).must_be(409)
    assert taken.body["email"] == email
    member.api.post("/v1/contacts", BOB, key=key).must_be(201)


def test_while_the_first_runs_the_second_is_told_so(suite: Suite, member: Member) -> None:
    """The first is held by a lock on the table of contacts, until the second has its answer."""
    key, body = new_key(), {"name": f"Slow {uuid.uuid4()}", "phone": "+33142685300"}
    with superuser(suite.database_urls["contacts"]) as connection, connection.transaction():
        connection.execute("LOCK TABLE contacts IN SHARE MODE")

        def post(number: int) -> int:
            if number == 1:
                is_waiting = "SELECT FROM pg_locks WHERE NOT granted"
                while not connection.execute(is_waiting).fetchall():
                    pass
                answer = member.api.post("/v1/contacts", body, key=key)
                connection.execute("COMMIT")
                assert (answer.status, answer.code) == (409, "idempotency_in_progress")
                return answer.status
            return member.api.with_token(member.token).post("/v1/contacts", body, key=key).status

        assert at_once(2, post) == [201, 409]
    assert contacts_named(member, body["name"]) == 1


def test_of_twenty_at_once_one_is_done(member: Member) -> None:
    key, body = new_key(), {"name": f"Twenty {uuid.uuid4()}", "phone": "+33142685300"}

    def post(_: int) -> int:
        return member.api.with_token(member.token).post("/v1/contacts", body, key=key).status

    statuses = at_once(20, post)
    assert set(statuses) <= {201, 409}
    assert 201 in statuses
    assert contacts_named(member, body["name"]) == 1


@pytest.mark.parametrize("key", ["", "x" * 256, "é", "tab\tin it"])
def test_a_key_has_1_to_255_plain_characters(member: Member, key: str) -> None:
    answer = member.api.send(
        "POST",
        "/v1/contacts",
        body=BOB,
        headers={"Idempotency-Key": key.encode()},
    )
    assert (answer.status, answer.code) == (400, "idempotency_key_invalid")


def test_the_longest_key_is_taken(member: Member) -> None:
    member.api.post("/v1/contacts", BOB, key="x" * 219 + str(uuid.uuid4())).must_be(201)


def test_a_key_for_a_program_is_made_once_and_told_again(suite: Suite) -> None:
    """An answer that nobody got must not leave an API key behind that nobody knows."""
    owner, key = sign_up(suite), new_key()
    wanted = {"name": "Robot", "scopes": ["contacts:read"]}
    first = owner.api.post("/v1/api-keys", wanted, key=key).must_be(201)
    again = owner.api.post("/v1/api-keys", wanted, key=key).must_be(201)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.content == first.content
    [kept] = owner.api.get("/v1/api-keys").must_be(200).body["data"]
    assert kept["id"] == first.body["api_key"]["id"]
    suite.api.with_token(again.body["token"]).get("/v1/contacts").must_be(200)


def test_a_repeat_with_another_password_is_another_request(suite: Suite) -> None:
    owner, key = sign_up(suite), new_key()
    first = owner.api.post("/v1/me/totp", {"current_password": PASSWORD}, key=key).must_be(201)
    wrong = owner.api.post("/v1/me/totp", {"current_password": "not the password"}, key=key)
    assert (wrong.status, wrong.code) == (422, "idempotency_key_reused")
    again = owner.api.post("/v1/me/totp", {"current_password": PASSWORD}, key=key).must_be(201)
    assert again.body == first.body


def test_a_log_in_is_never_answered_from_memory(suite: Suite, member: Member) -> None:
    body = {"email": member.email, "password": PASSWORD}
    first, again = (suite.api.post("/v1/sessions", body, key="log-in").must_be(201) for _ in range(2))
    assert "Idempotent-Replayed" not in again.headers
    assert again.body["token"] != first.body["token"]

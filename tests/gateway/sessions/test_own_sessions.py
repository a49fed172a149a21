"""One's own sessions: listed, ended, and announced for a new device."""

from __future__ import annotations

import datetime
import json
import uuid
from typing import Any

import pytest

from tests.support.api import Answer, Api
from tests.support.people import PASSWORD, Member, sign_up
from tests.support.suite import Suite
from tests.support.waiting import BY_EVENT_SECONDS, eventually

pytestmark = pytest.mark.slow
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"


def log_in(api: Api, member: Member, **more: Any) -> dict[str, Any]:
    credentials = {"email": member.email, "password": member.password, **more}
    opened: dict[str, Any] = api.post("/v1/sessions", credentials).must_be(201).body
    return opened


def listed(api: Api) -> list[dict[str, Any]]:
    body = api.get("/v1/sessions").must_be(200).body
    assert (body["has_more"], body["next_cursor"]) == (False, None)
    sessions: list[dict[str, Any]] = body["data"]
    return sessions


def assert_refused_everywhere(suite: Suite, token: str) -> None:
    for api in suite.apis:
        eventually(
            lambda one=api: one.with_token(token).get("/v1/me").status == 401,
            BY_EVENT_SECONDS,
            "it is refused",
        )


def audited(suite: Suite, member: Member, action: str) -> list[dict[str, Any]]:
    query = "SELECT actor_kind, object_id::text, facts FROM audit_log WHERE account_id = %s AND action = %s ORDER BY id"
    return suite.rows("accounts", query, member.account["id"], action)


def announced(suite: Suite, member: Member, routing_key: str) -> list[dict[str, Any]]:
    query = "SELECT body FROM outbox WHERE account_id = %s AND routing_key = %s ORDER BY position"
    rows = suite.rows("accounts", query, member.account["id"], routing_key)
    return [json.loads(row["body"])["data"]["object"] for row in rows]


# Seeing and ending.


def test_a_user_sees_where_they_are_logged_in(suite: Suite) -> None:
    member = sign_up(suite)
    log_in(suite.api.with_headers(User_Agent=FIREFOX), member)
    here, there = listed(member.api)
    assert here["is_current"]
    assert not there["is_current"]
    assert (there["browser"], there["system"]) == ("Firefox", "Windows")
    assert there["ip_address"] == "127.0.0.1"
    assert there["user_agent"] == FIREFOX
    assert there["last_used_at"] is not None
    assert "token" not in here


def test_a_session_that_is_not_ones_own_is_not_found(suite: Suite) -> None:
    member, stranger = sign_up(suite), sign_up(suite)
    foreign = listed(stranger.api)[0]["id"]
    for session_id in (foreign, uuid.uuid4()):
        answer = member.api.delete(f"/v1/sessions/{session_id}")
        assert (answer.status, answer.code) == (404, "session_not_found")
    stranger.api.get("/v1/me").must_be(200)


def test_ending_ones_session_twice_is_ending_it_once(suite: Suite) -> None:
    member = sign_up(suite)
    other = log_in(suite.api, member)
    for _ in range(2):
        member.api.delete(f"/v1/sessions/{other['session']['id']}").must_be(204)
    assert_refused_everywhere(suite, other["token"])
    assert len(audited(suite, member, "session_ended")) == 1
    (revoked,) = announced(suite, member, "account.session_revoked")
    assert (revoked["session_id"], revoked["reason"]) == (other["session"]["id"], "logged_out")


def test_all_sessions_but_the_present_one_end_together(suite: Suite) -> None:
    member, stranger = sign_up(suite), sign_up(suite)
    others = [log_in(suite.api, member)["token"] for _ in range(3)]
    member.api.delete("/v1/sessions?except=current").must_be(204)
    for token in others:
        assert_refused_everywhere(suite, token)
    assert [session["is_current"] for session in listed(member.api)] == [True]
    stranger.api.get("/v1/me").must_be(200)


@pytest.mark.parametrize("query", ["", "?except=", "?except=none", "?only=current", "?except=current&all=1"])
def test_nobody_ends_all_sessions_by_a_slip(suite: Suite, query: str) -> None:
    member = sign_up(suite)
    answer = member.api.delete(f"/v1/sessions{query}")
    assert (answer.status, answer.code) == (422, "validation_failed")
    assert all(not error["pointer"].endswith("_") for error in answer.body["errors"])
    member.api.get("/v1/me").must_be(200)


# How long.


def life(opened: dict[str, Any]) -> datetime.timedelta:
    moments = [
        datetime.datetime.fromisoformat(opened["session"][name]) for name in ("created_at", "expires_at")
    ]
    return moments[1] - moments[0]


def test_a_session_lives_twelve_hours_and_a_remembered_one_thirty_days(suite: Suite) -> None:
    member = sign_up(suite)
    assert life(log_in(suite.api, member)) == datetime.timedelta(hours=12)
    remembered = log_in(suite.api, member, is_remembered=True)
    assert life(remembered) == datetime.timedelta(days=30)
    assert remembered["session"]["is_remembered"]


# Proving it again.


def test_giving_the_password_again_replaces_the_token_everywhere(suite: Suite) -> None:
    member = sign_up(suite)
    for api in suite.apis:
        api.with_token(member.token).get("/v1/me").must_be(200)
    before = listed(member.api)[0]
    answer = member.api.post("/v1/sessions/current/reauthentication", {"password": PASSWORD}).must_be(201)
    renewed = answer.body
    assert renewed["token"] != member.token
    assert renewed["session"]["expires_at"] == before["expires_at"], "it lives no longer than before"
    suite.api.with_token(renewed["token"]).get("/v1/me").must_be(200)
    assert_refused_everywhere(suite, member.token)
    (revoked,) = announced(suite, member, "account.session_revoked")
    assert (revoked["session_id"], revoked["reason"]) == (before["id"], "replaced")


def test_a_wrong_password_replaces_nothing(suite: Suite) -> None:
    member = sign_up(suite)
    answer = member.api.post("/v1/sessions/current/reauthentication", {"password": "wrong " + PASSWORD})
    assert (answer.status, answer.code) == (403, "password_incorrect")
    member.api.get("/v1/me").must_be(200)
    assert len(listed(member.api)) == 1


def test_a_token_that_was_replaced_cannot_be_renewed(suite: Suite) -> None:
    member = sign_up(suite)
    path = "/v1/sessions/current/reauthentication"
    member.api.post(path, {"password": PASSWORD}).must_be(201)
    eventually(
        lambda: member.api.post(path, {"password": PASSWORD}).status == 401,
        BY_EVENT_SECONDS,
        "the old one is over",
    )


# A device that was not seen before.


def test_a_new_device_is_told_of_by_mail_but_not_the_first_one(suite: Suite) -> None:
    member = sign_up(suite)
    opened = log_in(suite.api.with_headers(User_Agent=FIREFOX), member)
    _, told = suite.sink.wait_for(member.email, count=2)
    assert "device" in told.subject
    for part in ("Firefox", "Windows", "127.0.0.1", "/account/sessions"):
        assert part in told.text()
    (seen,) = announced(suite, member, "account.new_device_seen")
    assert seen["session"]["id"] == opened["session"]["id"]
    assert opened["token"] not in json.dumps(seen)


def test_a_known_device_is_not_told_of_again(suite: Suite) -> None:
    member, stranger = sign_up(suite), sign_up(suite)
    known = log_in(suite.api, member)["device_token"]
    again = log_in(suite.api, member, device_token=known)
    assert again["device_token"] == known
    assert len(announced(suite, member, "account.new_device_seen")) == 1
    assert log_in(suite.api, stranger, device_token=known)["device_token"] != known
    assert len(announced(suite, stranger, "account.new_device_seen")) == 1


def test_a_browser_keeps_what_its_device_is_known_by(suite: Suite) -> None:
    member = sign_up(suite)
    jar: dict[str, str] = {}
    answer = log_in_by_form(suite.api, member, jar, is_remembered="yes")
    assert max_age(answer, "sid") in range(30 * 24 * 3600 - 60, 30 * 24 * 3600 + 1)
    assert max_age(answer, "device") > 300 * 24 * 3600
    kept = jar["device"]
    again = log_in_by_form(suite.api, member, {"device": kept})
    assert max_age(again, "sid") is None, "it goes with the window"
    assert len(announced(suite, member, "account.new_device_seen")) == 1


def test_anything_may_stand_in_the_device_cookie(suite: Suite) -> None:
    member = sign_up(suite)
    for number, value in enumerate(("x" * 5000, "a.b", "%00", "..."), start=1):
        log_in_by_form(suite.api, member, {"device": value})
        assert len(announced(suite, member, "account.new_device_seen")) == number


# At the pages.


def test_the_pages_prove_rotate_and_end_sessions(suite: Suite) -> None:
    member = sign_up(suite)
    jar: dict[str, str] = {}
    log_in_by_form(suite.api, member, jar)
    old = jar["sid"]
    form = {
        "password": PASSWORD,
        "next": "/account/api-keys",
        "csrf_token": form_token(suite.api, "/account/confirm", jar),
    }
    answer = suite.api.send("POST", "/account/confirm", data=form, cookies=jar).must_be(303)
    assert answer.headers["Location"] == "/account/api-keys"
    take(answer, jar)
    assert jar["sid"] != old
    assert_refused_everywhere(suite, old)
    token = form_token(suite.api, "/account/sessions", jar)
    ended = suite.api.send("POST", "/account/sessions/end-others", data={"csrf_token": token}, cookies=jar)
    assert ended.must_be(303).headers["Location"] == "/account/sessions"
    assert_refused_everywhere(suite, member.token)
    suite.api.get("/account", cookies=jar).must_be(200)


def test_a_new_password_at_the_page_replaces_the_token_and_a_remembered_session_stays_so(
    suite: Suite,
) -> None:
    member = sign_up(suite)
    jar: dict[str, str] = {}
    log_in_by_form(suite.api, member, jar, is_remembered="yes")
    old, new = jar["sid"], "velvet anchor pigeon lamp"
    form = {"current_password": PASSWORD, "new_password": new, "new_password_repeat": new}
    form["csrf_token"] = form_token(suite.api, "/account/password", jar)
    answer = suite.api.send("POST", "/account/password", data=form, cookies=jar).must_be(303)
    take(answer, jar)
    assert jar["sid"] != old
    assert max_age(answer, "sid") in range(30 * 24 * 3600 - 60, 30 * 24 * 3600 + 1)
    assert_refused_everywhere(suite, old)
    suite.api.get("/account", cookies=jar).must_be(200)


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/account\\..",
        "/accounts",
        "/log-out",
        "",
    ],
)
def test_confirming_leads_to_our_own_account_pages_only(suite: Suite, path: str) -> None:
    member = sign_up(suite)
    jar: dict[str, str] = {}
    log_in_by_form(suite.api, member, jar)
    form = {"password": PASSWORD, "next": path, "csrf_token": form_token(suite.api, "/account/confirm", jar)}
    answer = suite.api.send("POST", "/account/confirm", data=form, cookies=jar).must_be(303)
    assert answer.headers["Location"] == "/account"


def form_token(api: Api, path: str, jar: dict[str, str]) -> str:
    page = api.get(path, cookies=jar).must_be(200)
    take(page, jar)
    return page.text.partition('name="csrf_token" value="')[2].partition('"')[0]


def log_in_by_form(api: Api, member: Member, jar: dict[str, str], **more: str) -> Answer:
    fields = {"email": member.email, "password": member.password, **more}
    fields["csrf_token"] = form_token(api, "/log-in", jar)
    answer = api.send("POST", "/log-in", data=fields, cookies=jar).must_be(303)
    take(answer, jar)
    return answer


def take(answer: Answer, jar: dict[str, str]) -> None:
    for header in answer.set_cookies:
        name, _, rest = header.partition("=")
        jar[name] = rest.partition(";")[0]


def max_age(answer: Answer, name: str) -> int | None:
    header = next(header for header in answer.set_cookies if header.startswith(f"{name}="))
    found = header.partition("Max-Age=")[2].partition(";")[0]
    return int(found) if found else None

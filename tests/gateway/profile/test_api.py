"""Changes of one's own data and the company's over HTTP, with their versions and events."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.api import Answer
from tests.support.people import PASSWORD, Member, sign_up
from tests.support.sessions import at_once
from tests.support.suite import Suite
from tests.support.waiting import BY_EVENT_SECONDS, eventually

pytestmark = pytest.mark.slow


@pytest.fixture
def member(suite: Suite) -> Member:
    return sign_up(suite)


def change(
    member: Member, body: dict[str, Any], *, path: str = "/v1/me", match: str | None = "*", **options: Any
) -> Answer:
    headers = {} if match is None else {"If-Match": match}
    return member.api.send("PATCH", path, body=body, headers=headers, **options)


def announced(suite: Suite, member: Member, kind: str) -> list[dict[str, Any]]:
    """The events of one type about this member's account."""
    query = "SELECT body FROM outbox WHERE body LIKE %s"
    bodies = [json.loads(row["body"]) for row in suite.rows("accounts", query, f"%{member.account['id']}%")]
    return [body for body in bodies if body["type"] == f"accounts.{kind}"]


def pointers(answer: Answer) -> dict[str, str]:
    return {error["pointer"]: error["code"] for error in answer.body["errors"]}


# Knowing what one changes.


@pytest.mark.parametrize("path", ["/v1/me", "/v1/account"])
def test_an_answer_has_a_tag_by_which_it_is_known_again(member: Member, path: str) -> None:
    read = member.api.get(path).must_be(200)
    tag = read.headers["ETag"]
    assert tag.startswith('"')
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = member.api.get(path, headers={"If-None-Match": known}).must_be(304)
        assert (again.content, again.headers["ETag"]) == (b"", tag)
    assert member.api.get(path, headers={"If-None-Match": '"other"'}).must_be(200).body == read.body


@pytest.mark.parametrize(
    ("path", "body"), [("/v1/me", {"name": "Anne"}), ("/v1/account", {"company_name": "Pear"})]
)
def test_a_change_says_from_which_state_it_was_made(member: Member, path: str, body: dict[str, Any]) -> None:
    tag = member.api.get(path).headers["ETag"]
    missing = change(member, body, path=path, match=None)
    assert (missing.status, missing.code) == (428, "precondition_required")
    changed = change(member, body, path=path, match=tag).must_be(200)
    assert changed.headers["ETag"] != tag
    assert member.api.get(path).must_be(200).body == changed.body
    for stale in (tag, '"nothing of ours"', f"W/{changed.headers['ETag']}", '""', "x"):
        refused = change(member, {**body}, path=path, match=stale)
        assert (refused.status, refused.code) == (412, "version_stale")
    change(member, body, path=path, match="*").must_be(200)
    change(member, body, path=path, match=f"{tag}, {changed.headers['ETag']}").must_be(200)


def test_the_tag_of_ones_own_data_is_another_when_the_accounts_is(member: Member) -> None:
    tag = member.api.get("/v1/me").headers["ETag"]
    change(member, {"company_name": "Pear & Co"}, path="/v1/account").must_be(200)
    assert change(member, {"name": "Anne"}, match=tag).code == "version_stale"


def test_of_two_editors_at_once_one_wins_and_the_other_is_told(suite: Suite, member: Member) -> None:
    tag = member.api.get("/v1/me").headers["ETag"]
    apis = [api.with_token(member.token) for api in suite.apis]

    def edit(number: int) -> Answer:
        body = {"name": f"Editor {number}"}
        api = apis[number % len(apis)]
        return api.send("PATCH", "/v1/me", body=body, headers={"If-Match": tag})

    answers = [answer for answer in at_once(8, edit) if isinstance(answer, Answer)]
    assert sorted(answer.status for answer in answers) == [200] + [412] * 7
    [won] = [answer for answer in answers if answer.status == 200]
    assert member.api.get("/v1/me").body == won.body


def test_a_repeated_change_is_answered_as_before_though_the_state_is_newer(member: Member) -> None:
    tag = member.api.get("/v1/me").headers["ETag"]
    first = change(member, {"name": "Anne"}, match=tag, key="change-1").must_be(200)
    again = change(member, {"name": "Anne"}, match=tag, key="change-1").must_be(200)
    assert (again.body, again.headers["ETag"]) == (first.body, first.headers["ETag"])
    assert again.headers["Idempotent-Replayed"] == "true"


# One's own data.


def test_what_is_given_changes_and_the_rest_stays(suite: Suite, member: Member) -> None:
    before = member.api.get("/v1/me").body["user"]
    body = {"name": "Anne Owner", "locale": "ko", "time_zone": "Asia/Seoul"}
    user = change(member, body).must_be(200).body["user"]
    assert user == {**before, **body, "version": before["version"] + 1}
    [event] = announced(suite, member, "account.profile_updated")
    assert event["data"]["object"]["user"] == user
    assert event["data"]["changed"] == ["name", "locale", "time_zone"]
    assert event["data"]["previous"] == {"name": "Ann Owner", "locale": "en", "time_zone": "UTC"}


def test_a_change_that_changes_nothing_is_not_announced(suite: Suite, member: Member) -> None:
    tag = member.api.get("/v1/me").headers["ETag"]
    for body in ({}, {"name": "Ann Owner", "locale": "en"}):
        assert change(member, body).must_be(200).headers["ETag"] == tag
    assert announced(suite, member, "account.profile_updated") == []


def test_a_phone_number_is_read_as_one_of_the_accounts_country(member: Member) -> None:
    body = {"phone": "01 42 68 53 00", "current_password": PASSWORD}
    assert change(member, body).must_be(200).body["user"]["phone"] == "+33142685300"
    assert change(member, {"name": "Anne"}).must_be(200).body["user"]["phone"] == "+33142685300"
    assert change(member, {"phone": None}).must_be(200).body["user"]["phone"] is None


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"nickname": "Annie"}, "/nickname", "invalid_field"),
        ({"role": "owner"}, "/role", "invalid_field"),
        ({"name": None}, "/name", "missing_field"),
        ({"name": " "}, "/name", "too_short"),
        ({"locale": "de"}, "/locale", "invalid_value"),
        ({"time_zone": "Mars/Olympus"}, "/time_zone", "invalid_value"),
        ({"phone": "12", "current_password": PASSWORD}, "/phone", "too_short"),
        ({"phone": "call me", "current_password": PASSWORD}, "/phone", "phone_invalid"),
        ({"email": "ann@nowhere", "current_password": PASSWORD}, "/email", "invalid_value"),
        ({"phone": "0142685300", "current_password": "wrong"}, "/current_password", "password_incorrect"),
    ],
)
def test_one_wrong_field_leaves_everything_as_it_was(
    member: Member, body: dict[str, Any], pointer: str, code: str
) -> None:
    before = member.api.get("/v1/me").body
    refused = change(member, {"name": "Anne", "locale": "fr", **body})
    assert refused.status in (403, 422)
    assert pointers(refused) == {pointer: code}
    assert member.api.get("/v1/me").body == before


def test_the_password_is_asked_for_again_once_it_was_long_ago(suite: Suite, member: Member) -> None:
    """The database is told that the log-in was long ago: nobody waits here."""
    long_ago = (
        "UPDATE sessions SET authenticated_at = now() - interval '6 minutes' WHERE user_id = %s RETURNING id"
    )
    suite.rows("accounts", long_ago, member.user["id"])
    for body in ({"phone": "0142685300"}, {"email": "anne.new@example.com"}):
        refused = change(member, {**body, "name": "Anne"})
        assert (refused.status, refused.code) == (403, "reauthentication_required")
    assert member.api.get("/v1/me").body["user"]["name"] == "Ann Owner"
    change(member, {"name": "Anne"}).must_be(200)
    change(member, {"phone": "0142685300", "current_password": PASSWORD}).must_be(200)


def test_every_gateway_knows_the_new_name_and_language_within_a_second(suite: Suite, member: Member) -> None:
    def greeted(number: int) -> str:
        page = suite.apis[number].get("/account", cookies={"sid": member.token}).must_be(200)
        return page.text

    for number in range(len(suite.apis)):
        assert "Ann Owner" in greeted(number)
    change(member, {"name": "Annette", "locale": "fr"}).must_be(200)
    for number in range(len(suite.apis)):
        eventually(lambda n=number: 'lang="fr"' in greeted(n) and "Annette" in greeted(n), BY_EVENT_SECONDS)


# The account's data.


def test_an_accounts_data_is_changed_and_announced(suite: Suite, member: Member) -> None:
    before = member.api.get("/v1/account").body
    body = {"company_name": "Pear & Co", "country": "KR", "locale": "ko", "time_zone": "Asia/Seoul"}
    body["external_id"] = "CRM-7"
    changed = change(member, body, path="/v1/account").must_be(200).body
    assert changed == {**before, **body, "version": before["version"] + 1}
    [event] = announced(suite, member, "account.updated")
    assert event["data"]["object"]["account"]["company_name"] == "Pear & Co"
    assert event["data"]["previous"]["company_name"] == "Plum & Co"
    assert sorted(event["data"]["changed"]) == sorted(body)
    change(member, body, path="/v1/account").must_be(200)
    assert len(announced(suite, member, "account.updated")) == 1
    cleared = change(member, {"external_id": None}, path="/v1/account").must_be(200).body
    assert cleared["external_id"] is None


def test_a_portals_address_is_one_accounts_alone(suite: Suite, member: Member) -> None:
    slug = f"pear-{member.account['id'][:8]}"
    change(member, {"slug": slug}, path="/v1/account").must_be(200)
    other = sign_up(suite)
    refused = change(other, {"slug": slug, "company_name": "Mine"}, path="/v1/account")
    assert (refused.status, refused.code, pointers(refused)) == (409, "slug_in_use", {"/slug": "slug_in_use"})
    assert other.api.get("/v1/account").body["company_name"] == "Plum & Co"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"slug": "Not A Slug"}, "/slug"),
        ({"slug": "-"}, "/slug"),
        ({"slug": "a-"}, "/slug"),
        ({"country": "XX"}, "/country"),
        ({"country": None}, "/country"),
        ({"status": "active"}, "/status"),
    ],
)
def test_what_an_account_cannot_be_is_refused(member: Member, body: dict[str, Any], pointer: str) -> None:
    refused = change(member, {"company_name": "Pear", **body}, path="/v1/account").must_be(422)
    assert list(pointers(refused)) == [pointer]
    assert member.api.get("/v1/account").body["company_name"] == "Plum & Co"


def test_an_agent_changes_nothing_of_the_account(suite: Suite, member: Member) -> None:
    """The database is told what no operation of these tests says: that the member is an agent."""
    suite.rows("accounts", "UPDATE users SET role = 'agent' WHERE id = %s RETURNING id", member.user["id"])
    credentials = {"email": member.email, "password": PASSWORD}
    agent = suite.api.with_token(suite.api.post("/v1/sessions", credentials).must_be(201).body["token"])
    agent.get("/v1/account").must_be(200)
    refused = agent.send("PATCH", "/v1/account", body={"slug": "mine"}, headers={"If-Match": "*"})
    assert (refused.status, refused.code) == (403, "access_denied")
    agent.send("PATCH", "/v1/me", body={"name": "Al Agent"}, headers={"If-Match": "*"}).must_be(200)


def test_what_was_changed_stands_in_the_audit_log(suite: Suite, member: Member) -> None:
    change(member, {"name": "Anne"}).must_be(200)
    change(member, {"company_name": "Pear"}, path="/v1/account").must_be(200)
    query = "SELECT * FROM audit_log WHERE account_id = %s AND action LIKE '%%_updated' ORDER BY id"
    profile, account = suite.rows("accounts", query, member.account["id"])
    assert (profile["action"], profile["actor_name"], profile["facts"]) == (
        "profile_updated",
        "Anne",
        {"changed": ["name"]},
    )
    assert (account["action"], account["object_kind"]) == ("account_updated", "account")
    assert account["facts"]["previous"] == {"company_name": "Plum & Co"}
    assert {profile["ip_address"], account["ip_address"]} == {"127.0.0.1"}


def test_the_document_says_which_headers_a_change_needs(suite: Suite) -> None:
    paths = suite.api.get("/openapi.json").must_be(200).body["paths"]
    for path in ("/v1/me", "/v1/account"):
        headers = {one["name"]: one["required"] for one in paths[path]["patch"]["parameters"]}
        assert headers["If-Match"] is True
        assert {"412", "428"} <= paths[path]["patch"]["responses"].keys()
        assert "ETag" in paths[path]["get"]["responses"]["200"]["headers"]
        assert "304" in paths[path]["get"]["responses"]

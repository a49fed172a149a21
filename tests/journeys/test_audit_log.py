"""The audit log: everything done to an account is in it, without a secret, for whom it is meant."""

from __future__ import annotations

import csv
import datetime
import io
import json
import re
from typing import Any

import pytest

from gateway import openapi
from gateway.api import Operation
from gateway.service import GatewayService
from gateway.texts import audit_log as texts
from tests.support.people import PASSWORD, Member, mailed_token, sign_up
from tests.support.scenarios import (
    Do,
    Outcome,
    api_keys,
    cancellation,
    contact_activation,
    contacts,
    done,
    email_changes,
    passwords,
    portal,
    profile,
    reactivation,
    second_factor,
    sessions,
    signup,
    subscriptions,
    users,
)
from tests.support.suite import Suite
from tests.support.waiting import eventually

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
ACTORS = {
    "account_status_changed": "support",
    "contact_password_incorrect": "nobody",
    "contact_password_locked": "nobody",
    "contact_password_reset_requested": "nobody",
    "password_incorrect": "nobody",
    "password_locked": "nobody",
    "password_reset_requested": "nobody",
    "reactivation_approved": "support",
    "reactivation_refused": "support",
    "second_factor_locked": "nobody",
    "second_factor_refused": "nobody",
}
BY_CONTACTS = {
    portal.change_portal_me,
    portal.change_portal_password,
    portal.log_in_to_portal,
    contact_activation.activate_contact,
    portal.reset_contact_password,
}
SAFE = ("GET", "HEAD")
HTML = {"Accept": "text/html"}
# What each changing operation does, and the action under which the log holds it.
LOGGED: dict[str, tuple[Do, str]] = {
    "cancel_job": (contact_activation.cancel_activation_job, "contact_activation_job_cancelled"),
    "change_notification_settings": (
        contact_activation.change_notification_settings,
        "notification_settings_updated",
    ),
    "change_portal_settings": (contact_activation.change_portal_settings, "portal_settings_updated"),
    "send_contact_activation": (contact_activation.send_contact_activation, "contact_activation_sent"),
    "send_contact_activations": (contact_activation.send_contact_activations, "contact_activation_sent"),
    "start_activation_job": (contact_activation.start_activation_job, "contact_activation_job_started"),
    "add_contact_email": (contacts.add_email, "contact_email_added"),
    "activate": (signup.activate, "user_activated"),
    "approve_reactivation_request": (reactivation.approve_reactivation_request, "reactivation_approved"),
    "cancel_account": (cancellation.cancel_account, "account_cancelled"),
    "cancel_email_change": (email_changes.cancel_email_change, "email_change_cancelled"),
    "change_account": (profile.change_account, "account_updated"),
    "change_me": (profile.change_me, "profile_updated"),
    "change_password": (passwords.change_password, "password_changed"),
    "change_user": (users.change_user, "user_updated"),
    "confirm_email_change": (email_changes.confirm_email_change, "email_changed"),
    "confirm_second_factor": (second_factor.confirm_second_factor, "second_factor_enabled"),
    "create_contact": (contacts.add_contact, "contact_created"),
    "create_contact_field": (contacts.create_field, "contact_field_created"),
    "delete_contact": (contacts.delete_contact, "contact_deleted"),
    "delete_contact_field": (contacts.delete_field, "contact_field_deleted"),
    "change_portal_me": (portal.change_portal_me, "contact_updated"),
    "change_portal_password": (portal.change_portal_password, "contact_password_changed"),
    "log_in_to_portal": (portal.log_in_to_portal, "contact_logged_in"),
    "request_contact_password_reset": (
        portal.request_contact_password_reset,
        "contact_password_reset_requested",
    ),
    "set_contact_password": (portal.set_contact_password, "contact_password_set"),
    "promote_contact_email": (contacts.promote_email, "contact_email_promoted"),
    "put_contact": (contacts.put_contact, "contact_updated"),
    "remove_contact_email": (contacts.remove_email, "contact_email_removed"),
    "restore_contact": (contacts.restore_contact, "contact_restored"),
    "update_contact": (contacts.rename_contact, "contact_updated"),
    "update_contact_field": (contacts.change_field, "contact_field_updated"),
    "create_api_key": (api_keys.create_api_key, "api_key_created"),
    "disable_second_factor": (second_factor.disable_second_factor, "second_factor_disabled"),
    "end_other_sessions": (sessions.end_other_sessions, "session_ended"),
    "end_session": (sessions.end_session, "session_ended"),
    "invite_user": (users.invite_user, "user_invited"),
    "log_in": (sessions.open_session, "session_opened"),
    "log_out": (sessions.log_out, "session_ended"),
    "reactivate": (reactivation.reactivate, "account_reactivated"),
    "reauthenticate": (sessions.reauthenticate, "reauthenticated"),
    "refuse_reactivation_request": (reactivation.refuse_reactivation_request, "reactivation_refused"),
    "remove_user": (users.remove_user, "user_removed"),
    "renew_recovery_codes": (second_factor.renew_recovery_codes, "recovery_codes_renewed"),
    "repeat_invitation": (users.repeat_invitation, "user_invitation_repeated"),
    "request_password_reset": (passwords.request_password_reset, "password_reset_requested"),
    "reset_password": (passwords.reset_password, "password_reset"),
    "revoke_api_key": (api_keys.revoke_api_key, "api_key_revoked"),
    "sign_up": (signup.sign_up_only, "account_created"),
    "start_plan": (subscriptions.start_plan, "account_status_changed"),
    "undo_cancellation": (cancellation.undo_cancellation, "cancellation_undone"),
    "undo_email_change": (email_changes.undo_email_change, "email_change_undone"),
    "withdraw_reactivation_request": (reactivation.withdraw_reactivation_request, "reactivation_withdrawn"),
}
# What an operation also does when it is asked in another way.
ALSO_LOGGED: list[tuple[Do, str]] = [
    (contact_activation.activate_contact, "contact_verified"),
    (portal.reset_contact_password, "contact_password_reset"),
    (portal.give_wrong_password, "contact_password_incorrect"),
    (portal.be_locked_out, "contact_password_locked"),
    (contacts.block_contact, "contact_blocked"),
    (contacts.unblock_contact, "contact_unblocked"),
    (contacts.delete_contact_permanently, "contact_deleted_permanently"),
    (email_changes.request_email_change, "email_change_requested"),
    (second_factor.use_recovery_code, "recovery_code_used"),
    (cancellation.be_refused, "log_in_refused"),
    (cancellation.schedule_cancellation, "cancellation_scheduled"),
    (reactivation.request_reactivation, "reactivation_requested"),
    (sessions.open_session, "new_device_seen"),
    (sessions.give_wrong_password, "password_incorrect"),
    (sessions.be_locked_out, "password_locked"),
    (second_factor.give_wrong_codes, "second_factor_refused"),
    (second_factor.give_wrong_codes, "second_factor_locked"),
]
NOT_LOGGED = {
    "begin_second_factor": "nothing is on until a code has confirmed it",
    "log_out_of_portal": "a contact leaves; what ends its session against its will is in the log",
    "request_activation": "anybody may ask, with any address",
    "request_contact_activation": "anybody may ask, with any address; the mail that goes out is in the log",
}


def changing() -> dict[str, Operation]:
    return {
        name: operation
        for name, operation in openapi.operations(GatewayService)
        if operation.method not in SAFE
    }


def entries(suite: Suite, account_id: str) -> list[dict[str, Any]]:
    return suite.rows("accounts", "SELECT * FROM audit_log WHERE account_id = %s ORDER BY id", account_id)


def assert_logged(suite: Suite, outcome: Outcome, action: str) -> dict[str, Any]:
    """The entry of this outcome; none of the account's entries holds a secret. What was done elsewhere is told of."""

    def told() -> list[dict[str, Any]]:
        found = entries(suite, outcome.account_id)
        return found if action in [entry["action"] for entry in found] else []

    found = eventually(told, what=f"{action} is in the log")
    written = json.dumps(found, default=str)
    assert outcome.secrets
    assert [secret for secret in outcome.secrets if secret in written] == []
    return [entry for entry in found if entry["action"] == action][-1]


def test_every_operation_that_changes_something_is_looked_at_here() -> None:
    assert set(changing()) == set(LOGGED) | set(NOT_LOGGED)


def test_every_action_with_words_is_caused_here() -> None:
    caused = {action for _, action in (*LOGGED.values(), *ALSO_LOGGED)}
    assert set(texts.ACTIONS) == caused


@pytest.mark.parametrize(
    ("do", "action"), [*LOGGED.values(), *ALSO_LOGGED], ids=[*LOGGED, *(action for _, action in ALSO_LOGGED)]
)
def test_what_is_done_is_written_down_without_a_secret(suite: Suite, do: Do, action: str) -> None:
    entry = assert_logged(suite, done(suite, do), action)
    assert entry["actor_kind"] == ("contact" if do in BY_CONTACTS else ACTORS.get(action, "user"))
    assert bool(entry["actor_name"]) == (entry["actor_kind"] in ("user", "contact"))
    assert entry["ip_address"] == "127.0.0.1"


@pytest.mark.parametrize(
    ("do", "said"),
    [
        (sessions.be_locked_out, ["password_incorrect", "password_locked"]),
        (second_factor.give_wrong_codes, ["second_factor_refused", "second_factor_locked"]),
    ],
)
def test_nobody_fills_the_log_by_guessing(suite: Suite, do: Do, said: list[str]) -> None:
    written = [entry["action"] for entry in entries(suite, done(suite, do).account_id)]
    refused = ("password_incorrect", "password_locked", "second_factor_refused", "second_factor_locked")
    assert [action for action in written if action in refused] == said


@pytest.fixture(scope="module")
def member(running_suite: Suite) -> Member:
    """An owner who has done a few things."""
    member = sign_up(running_suite)
    browser = running_suite.api.with_headers(User_Agent=FIREFOX)
    for _ in range(3):
        credentials = {"email": member.email, "password": member.password}
        opened = browser.post("/v1/sessions", credentials).must_be(201)
        browser.with_token(opened.body["token"]).delete("/v1/sessions/current").must_be(204)
    return member


def walk(member: Member, query: str) -> list[dict[str, Any]]:
    """Every page, by the address that `Link` gives."""
    found, path = [], f"/v1/audit-log?{query}"
    while path:
        answer = member.api.get(path).must_be(200)
        found += answer.body["data"]
        assert answer.body["has_more"] == (answer.body["next_cursor"] is not None)
        link = answer.headers.get("Link", "")
        path = link[1 : link.index(">")] if 'rel="next"' in link else ""
    return found


def test_the_log_is_read_newest_first_page_by_page(suite: Suite, member: Member) -> None:
    found = walk(member, "limit=2")
    assert [entry["id"] for entry in found] == sorted((entry["id"] for entry in found), reverse=True)
    assert len(found) == len(entries(suite, member.account["id"]))
    assert found == walk(member, "limit=100")
    newest = found[0]
    assert (newest["action"], newest["object"]["kind"]) == ("session_ended", "session")
    assert newest["actor"] == {"kind": "user", "id": member.user["id"], "name": member.user["name"]}
    assert newest["happened_at"].endswith("Z")
    device = (newest["ip_address"], newest["user_agent"], newest["browser"], newest["system"])
    assert device == ("127.0.0.1", FIREFOX, "Firefox", "Windows")


def test_the_log_is_filtered_by_action_and_by_who_acted(member: Member) -> None:
    opened = walk(member, "limit=1&action=session_opened")
    assert [entry["action"] for entry in opened] == ["session_opened"] * 4
    assert walk(member, f"actor={member.user['id']}&action=session_opened") == opened
    assert walk(member, f"actor={member.account['id']}") == []
    cursor = member.api.get("/v1/audit-log?limit=1&action=session_opened").body["next_cursor"]
    assert member.api.get(f"/v1/audit-log?after={cursor}").must_be(400).code == "cursor_invalid"


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=x", "actor=ann", "action=No+Action", "colour=red"]
)
def test_a_question_that_cannot_be_answered_is_refused(member: Member, query: str) -> None:
    assert member.api.get(f"/v1/audit-log?{query}").must_be(422).code == "validation_failed"


def test_the_log_is_for_owners_and_administrators(suite: Suite) -> None:
    member = sign_up(suite)
    for role, status in (("admin", 200), ("billing", 403), ("agent", 403)):
        email = f"{role}.{member.email}"
        member.api.post("/v1/users", {"name": role, "email": email, "role": role}).must_be(201)
        passwords = {"password": PASSWORD, "password_repeat": PASSWORD}
        token = mailed_token(suite, email)
        opened = suite.api.post(f"/v1/activations/{token}", passwords).must_be(201).body
        api = suite.api.with_token(opened["token"])
        api.get("/v1/audit-log").must_be(status)
        api.send("GET", "/account/audit-log", headers={"Accept": "text/html"}).must_be(status)
    suite.api.get("/v1/audit-log").must_be(401)


def test_a_key_reads_the_log_when_it_may_and_is_named_in_it(suite: Suite) -> None:
    member = sign_up(suite)
    scopes = ["audit:read", "users:write"]
    body = {"name": "Watcher", "scopes": scopes, "current_password": member.password}
    key = member.api.post("/v1/api-keys", body).must_be(201).body
    api = suite.api.with_token(key["token"])
    invited = {"name": "Bea", "email": f"bea.{member.email}", "role": "agent"}
    api.post("/v1/users", invited).must_be(201)
    newest = eventually(lambda: api.get("/v1/audit-log?action=user_invited").body["data"])[0]
    assert newest["actor"] == {"kind": "api_key", "id": key["api_key"]["id"], "name": "Watcher"}


def test_the_log_is_filtered_by_time(member: Member) -> None:
    found = walk(member, "limit=100")
    middle = found[len(found) // 2]["happened_at"]
    since, before = walk(member, f"limit=2&from={middle}"), walk(member, f"limit=2&to={middle}")
    assert since + before == found
    assert [entry["happened_at"] >= middle for entry in since + before] == [True] * len(since) + [
        False
    ] * len(before)
    assert since
    assert before
    assert member.api.get("/v1/audit-log?from=yesterday").must_be(422).code == "validation_failed"
    page = member.api.get("/account/audit-log?from=2000-01-01&to=2000-01-31", headers=HTML).must_be(200)
    assert "Nothing to show" in page.text
    assert 'value="2000-01-31"' in page.text
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    page = member.api.get(f"/account/audit-log?from={today}&to={today}", headers=HTML).must_be(200)
    assert "Logged in." in page.text
    member.api.get("/account/audit-log?from=32.13.", headers=HTML).must_be(404)


def test_the_log_leaves_as_a_file(suite: Suite) -> None:
    member = sign_up(suite)
    formula = suite.api.with_headers(User_Agent="=cmd|' /C calc'!A0")
    formula.post("/v1/sessions", {"email": member.email, "password": member.password}).must_be(201)
    answer = member.api.get("/v1/audit-log/export").must_be(200)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert re.fullmatch(
        r'attachment; filename="audit-log-[0-9-]{10}\.csv"', answer.headers["Content-Disposition"]
    )
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    listed = walk(member, "limit=100")
    assert [(row["id"], row["action"]) for row in rows] == [(str(one["id"]), one["action"]) for one in listed]
    assert [json.loads(row["facts"]) for row in rows] == [one["facts"] for one in listed]
    assert rows[0]["user_agent"].startswith("'=cmd")
    opened = member.api.get("/v1/audit-log/export?action=session_opened").must_be(200)
    assert {row["action"] for row in csv.DictReader(io.StringIO(opened.text))} == {"session_opened"}
    page = member.api.get("/account/audit-log?action=session_opened", headers=HTML).must_be(200)
    assert 'href="/account/audit-log/export?action=session_opened"' in page.text
    file = member.api.get("/account/audit-log/export?action=session_opened", headers=HTML).must_be(200)
    assert file.text == "\ufeff" + opened.text


def test_a_long_log_leaves_in_several_files(suite: Suite) -> None:
    member = sign_up(suite)
    many = (
        "INSERT INTO audit_log (account_id, happened_at, action, actor_kind, actor_name, object_kind, ip_address,"
        " user_agent, facts) SELECT %s, now(), 'session_opened', 'user', 'Ann', 'session', '', '', '{}'"
        " FROM generate_series(1, 5010) RETURNING id"
    )
    suite.rows("accounts", many, member.account["id"])
    first = member.api.get("/v1/audit-log/export").must_be(200)
    assert first.text.count("\r\n") == 5001
    following = first.headers["Link"].partition(">")[0].lstrip("<")
    second = member.api.get(following).must_be(200)
    assert "Link" not in second.headers
    assert second.text.count("\r\n") - 1 == len(entries(suite, member.account["id"])) - 5000


@pytest.mark.parametrize(
    ("locale", "said"), [("en", "Logged in."), ("fr", "A ouvert une session."), ("ko", "로그인했습니다.")]
)
def test_the_page_tells_in_sentences_and_leads_on(member: Member, locale: str, said: str) -> None:
    headers = {"Accept": "text/html"}
    page = member.api.get(f"/account/audit-log?lang={locale}&action=session_opened", headers=headers)
    assert page.must_be(200).text.count(said) == 4
    assert "127.0.0.1" in page.text
    assert 'value="session_opened" selected' in page.text
    wrong = member.api.get(f"/account/audit-log?lang={locale}&after=nothing", headers=headers)
    assert wrong.status == 404

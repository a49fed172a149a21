"""Change of an e-mail address, from the request to the new address, and its undoing."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.gateway.passwords.test_api import NEW, reset_token
from tests.support.api import Answer
from tests.support.lifecycle import cancellation
from tests.support.mail import Mail
from tests.support.people import PASSWORD, Member, new_email, register, sign_up
from tests.support.suite import Suite
from tests.support.waiting import BY_EVENT_SECONDS, eventually

LINK = re.compile(r"http://[^\s\"<>]+/email-change/(undo/)?([A-Za-z0-9_-]{40,})")
SUBJECTS = {
    "en": (
        "Confirm your new email address for Frontdesk",
        "A new email address was requested for your Frontdesk login",
        "The email address of your Frontdesk login was changed",
        "This is the email address of your Frontdesk login again",
    ),
    "fr": (
        "Confirmez votre nouvelle adresse e-mail pour Frontdesk",
        "Une nouvelle adresse e-mail a été demandée pour votre accès à Frontdesk",
        "L’adresse e-mail de votre accès à Frontdesk a été modifiée",
        "Cette adresse est de nouveau celle de votre accès à Frontdesk",
    ),
    "ko": (
        "Frontdesk의 새 이메일 주소를 확인해 주세요",
        "Frontdesk 로그인 이메일 주소 변경이 요청되었습니다",
        "Frontdesk 로그인 이메일 주소가 변경되었습니다",
        "이 주소가 다시 Frontdesk 로그인 이메일 주소가 되었습니다",
    ),
}


def ask(member: Member, email: str, **changes: Any) -> Answer:
    body = {"email": email, "current_password": PASSWORD, **changes}
    return member.api.send("PATCH", "/v1/me", body=body, headers={"If-Match": "*"})


def mailed(suite: Suite, email: str, subject: str) -> Mail:
    """The newest mail to this address with this subject."""

    def found() -> list[Mail]:
        return [mail for mail in suite.sink.to(email) if mail.subject == subject]

    return eventually(found, 30.0, f"{subject!r} to {email}")[-1]


def token_in(mail: Mail) -> str:
    found = LINK.search(mail.text())
    assert found, mail.text()
    return found[2]


def log_in(suite: Suite, email: str) -> Answer:
    return suite.api.post("/v1/sessions", {"email": email, "password": PASSWORD})


def address(member: Member) -> str:
    return str(member.api.get("/v1/me").must_be(200).body["user"]["email"])


def announced(suite: Suite, member: Member) -> list[str]:
    query = "SELECT body FROM outbox WHERE body LIKE %s"
    bodies = [json.loads(row["body"]) for row in suite.rows("accounts", query, f"%{member.account['id']}%")]
    kinds = [str(body["type"]).removeprefix("accounts.account.") for body in bodies]
    return sorted(kind for kind in kinds if kind.startswith("email_change"))


def moved(suite: Suite, member: Member, email: str, subjects: tuple[str, ...] = SUBJECTS["en"]) -> str:
    """The member confirms a new address; the token that undoes it."""
    old = address(member)
    ask(member, email).must_be(200)
    token = token_in(mailed(suite, email, subjects[0]))
    suite.api.post(f"/v1/email-changes/{token}").must_be(200)
    return token_in(mailed(suite, old, subjects[2]))


@pytest.mark.parametrize("locale", SUBJECTS)
def test_an_address_is_changed_from_the_new_mailbox_and_taken_back_from_the_old(
    suite: Suite, locale: str
) -> None:
    member, new = sign_up(suite, locale=locale), new_email()
    confirm, requested, changed, undone = SUBJECTS[locale]

    answer = ask(member, new).must_be(200)
    assert answer.body["user"]["email"] == member.email, "nothing changes yet"
    waiting = member.api.get("/v1/me/email-change").must_be(200).body
    assert (waiting["state"], waiting["old_email"], waiting["new_email"]) == ("pending", member.email, new)

    notice = mailed(suite, member.email, requested)
    assert f"{suite.base_url}/account/email" in notice.text()
    asked = mailed(suite, new, confirm)
    assert f'lang="{locale}"' in asked.text("html")
    token = token_in(asked)
    looked = [suite.api.get(f"/v1/email-changes/{token}").must_be(200).body for _ in range(3)]
    assert {one["state"] for one in looked} == {"issued"}
    assert looked[0]["email_masked"] == "o•••@example.com"

    other = suite.api.with_token(log_in(suite, member.email).must_be(201).body["token"])
    other.get("/v1/me").must_be(200)
    settled = suite.api.post(f"/v1/email-changes/{token}").must_be(200).body
    assert settled == {"state": "applied", "email": new}
    assert address(member) == new, "the session that asked goes on"
    eventually(lambda: other.get("/v1/me").status == 401, BY_EVENT_SECONDS, "the other session is refused")
    log_in(suite, member.email).must_be(401)
    log_in(suite, new).must_be(201)
    assert suite.api.post(f"/v1/email-changes/{token}").code == "link_used"

    back = token_in(mailed(suite, member.email, changed))
    assert f"{suite.base_url}/email-change/undo/{back}" in mailed(suite, member.email, changed).text("html")
    assert suite.api.get(f"/v1/email-changes/{back}/undo").must_be(200).body["state"] == "issued"
    settled = suite.api.post(f"/v1/email-changes/{back}/undo").must_be(200).body
    assert settled == {"state": "undone", "email": member.email}
    eventually(lambda: member.api.get("/v1/me").status == 401, BY_EVENT_SECONDS, "every session is refused")
    log_in(suite, new).must_be(401)
    log_in(suite, member.email).must_be(201)
    assert f"{suite.base_url}/forgot-password" in mailed(suite, member.email, undone).text()
    assert suite.api.post(f"/v1/email-changes/{back}/undo").code == "link_used"

    assert announced(suite, member) == ["email_change_requested", "email_change_undone", "email_changed"]
    query = "SELECT action FROM audit_log WHERE account_id = %s AND action LIKE 'email%%' ORDER BY id"
    actions = [row["action"] for row in suite.rows("accounts", query, member.account["id"])]
    assert actions == ["email_change_requested", "email_changed", "email_change_undone"]


def test_a_name_and_an_address_change_together_or_not_at_all(suite: Suite) -> None:
    member = sign_up(suite)
    for body in ({"email": member.email}, {"email": new_email(), "current_password": "wrong"}):
        refused = ask(member, **{"name": "Anne", **body})
        assert refused.status in (403, 422)
    assert member.api.get("/v1/me").body["user"]["name"] == "Ann Owner"
    assert member.api.get("/v1/me/email-change").code == "email_change_not_found"
    refused = ask(member, member.email.upper())
    assert (refused.code, refused.body["errors"][0]["pointer"]) == ("email_unchanged", "/email")

    ask(member, new_email(), name="Anne").must_be(200)
    assert member.api.get("/v1/me").body["user"]["name"] == "Anne"
    member.api.get("/v1/me/email-change").must_be(200)


def test_a_change_that_was_given_up_is_dead(suite: Suite) -> None:
    member, new = sign_up(suite), new_email()
    ask(member, new).must_be(200)
    token = token_in(mailed(suite, new, SUBJECTS["en"][0]))
    member.api.delete("/v1/me/email-change").must_be(204)
    assert member.api.delete("/v1/me/email-change").code == "email_change_not_found"
    refused = suite.api.post(f"/v1/email-changes/{token}")
    assert (refused.status, refused.code) == (410, "email_change_cancelled")
    assert suite.api.get(f"/v1/email-changes/{token}").must_be(200).body["state"] == "revoked"
    assert address(member) == member.email


def test_a_change_dies_with_the_session_that_asked_for_it(suite: Suite) -> None:
    member, new = sign_up(suite), new_email()
    ask(member, new).must_be(200)
    token = token_in(mailed(suite, new, SUBJECTS["en"][0]))
    member.api.delete("/v1/sessions/current").must_be(204)
    assert suite.api.post(f"/v1/email-changes/{token}").code == "email_change_cancelled"
    log_in(suite, member.email).must_be(201)


def test_nobody_learns_whose_an_address_is_by_asking_for_it(suite: Suite) -> None:
    member, holder, invited, free = sign_up(suite), sign_up(suite), new_email(), new_email()
    register(suite, invited).must_be(201)
    answers = []
    for email in (free, invited, holder.email):
        answer = ask(member, email).must_be(200)
        waiting = member.api.get("/v1/me/email-change").must_be(200).body
        assert waiting.pop("new_email") == email
        answers.append((answer.body, waiting.keys(), waiting["state"], answer.headers.keys()))
    assert answers[0] == answers[1] == answers[2]

    warning = mailed(suite, holder.email, "Somebody wanted to use your email address for Frontdesk")
    assert f"{suite.base_url}/log-in" in warning.text()
    assert member.email not in warning.text()
    assert [mail.subject for mail in suite.sink.to(holder.email) if LINK.search(mail.text())] == []
    assert address(holder) == holder.email


def test_the_address_that_was_left_is_kept_for_who_left_it(suite: Suite) -> None:
    member, other = sign_up(suite), sign_up(suite)
    back = moved(suite, member, new_email())
    register(suite, member.email).must_be(201)
    ask(other, member.email).must_be(200)
    mailed(suite, member.email, "Somebody wanted to use your email address for Frontdesk")
    suite.api.post(f"/v1/email-changes/{back}/undo").must_be(200)
    log_in(suite, member.email).must_be(201)


def test_a_chain_of_changes_is_undone_back_to_its_first_address(suite: Suite) -> None:
    member = sign_up(suite)
    first, second = new_email(), new_email()
    back = moved(suite, member, first)
    back_a_little = moved(suite, member, second)
    further = new_email()
    ask(member, further).must_be(200)
    token = token_in(mailed(suite, further, SUBJECTS["en"][0]))
    assert suite.api.post(f"/v1/email-changes/{back}/undo").must_be(200).body["email"] == member.email
    assert suite.api.post(f"/v1/email-changes/{back_a_little}/undo").code == "email_change_cancelled"
    assert suite.api.post(f"/v1/email-changes/{token}").code == "email_change_cancelled"
    for email in (first, second):
        log_in(suite, email).must_be(401)
    log_in(suite, member.email).must_be(201)


def test_who_was_robbed_of_a_cancelled_account_gets_the_address_back_and_comes_back(suite: Suite) -> None:
    member, thief = sign_up(suite), new_email()
    back = moved(suite, member, thief)
    member.api.post("/v1/account/cancellation", cancellation()).must_be(200)
    returning = suite.api.post("/v1/sessions", {"email": thief, "password": PASSWORD}).must_be(403)
    assert suite.api.get(f"/v1/email-changes/{back}/undo").must_be(200).body["state"] == "issued"

    settled = suite.api.post(f"/v1/email-changes/{back}/undo").must_be(200).body
    assert settled == {"state": "undone", "email": member.email}
    eventually(
        lambda: suite.api.get(f"/reactivate/{returning.body['token']}").status == 403,
        BY_EVENT_SECONDS,
        "the thief's way back is closed",
    )
    log_in(suite, thief).must_be(401)
    assert log_in(suite, member.email).must_be(403).code == "account_cancelled", "nothing else has changed"

    assert f"{suite.base_url}/forgot-password" in mailed(suite, member.email, SUBJECTS["en"][3]).text()
    suite.api.post("/v1/password-resets", {"email": member.email}).must_be(202)
    new = {"password": NEW, "password_repeat": NEW}
    suite.api.post(f"/v1/password-resets/{reset_token(suite, member.email)}", new).must_be(204)
    log_in(suite, member.email).must_be(401)
    opened = suite.api.post("/v1/reactivations", {"email": member.email, "password": NEW}).must_be(201).body
    assert (opened["account"]["status"], opened["user"]["email"]) == ("trial", member.email)


def test_a_link_nobody_made_is_unknown(suite: Suite) -> None:
    for path in ("/v1/email-changes/no-such-token", "/v1/email-changes/no-such-token/undo"):
        for method in ("GET", "POST"):
            answer = suite.api.send(method, path)
            assert (answer.status, answer.code) == (404, "link_unknown")


def test_no_log_line_holds_an_address_or_a_token(suite: Suite) -> None:
    member, new = sign_up(suite), new_email()
    back = moved(suite, member, new)
    for process in suite.processes.all:
        for secret in (new, member.email, back):
            assert secret not in process.output(), process.name

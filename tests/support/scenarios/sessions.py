"""Logging in and out, and log-ins that are refused."""

from __future__ import annotations

from typing import Any

from identity.limits import Limits
from identity.throttles import Throttles
from tests.support.api import Answer
from tests.support.people import PASSWORD, Member, sign_up
from tests.support.scenarios import Outcome, of
from tests.support.suite import Suite
from tests.support.waiting import eventually

WRONG_PASSWORD = "not the password at all"


def log_in(suite: Suite, member: Member, password: str = PASSWORD, **body: Any) -> Answer:
    return suite.api.post("/v1/sessions", {"email": member.email, "password": password, **body})


def opened_session(suite: Suite) -> tuple[Member, dict[str, Any]]:
    """A member, and what their second log-in answered."""
    member = sign_up(suite)
    body: dict[str, Any] = log_in(suite, member).must_be(201).body
    return member, body


def open_session(suite: Suite) -> Outcome:
    member, opened = opened_session(suite)
    return of(member, opened["token"], opened["device_token"], object_id=opened["session"]["id"])


def log_out(suite: Suite) -> Outcome:
    member, opened = opened_session(suite)
    suite.api.with_token(opened["token"]).delete("/v1/sessions/current").must_be(204)
    return of(member, opened["token"], object_id=opened["session"]["id"])


def end_session(suite: Suite) -> Outcome:
    member, opened = opened_session(suite)
    member.api.delete(f"/v1/sessions/{opened['session']['id']}").must_be(204)
    return of(member, opened["token"], object_id=opened["session"]["id"])


def end_other_sessions(suite: Suite) -> Outcome:
    member, opened = opened_session(suite)
    member.api.delete("/v1/sessions?except=current").must_be(204)
    return of(member, opened["token"], object_id=opened["session"]["id"])


def reauthenticate(suite: Suite) -> Outcome:
    member = sign_up(suite)
    member.api.post("/v1/sessions/current/reauthentication", {"password": PASSWORD})
    return of(member)


def give_wrong_password(suite: Suite) -> Outcome:
    member = sign_up(suite)
    log_in(suite, member, WRONG_PASSWORD).must_be(401)
    return logged(suite, of(member, WRONG_PASSWORD), "password_incorrect")


def be_locked_out(suite: Suite) -> Outcome:
    """The hundredth wrong password in a row; the ninety-eight after the first are only counted here."""
    member = sign_up(suite)
    log_in(suite, member, WRONG_PASSWORD).must_be(401)
    outcome = logged(suite, of(member, WRONG_PASSWORD), "password_incorrect")
    throttles = Throttles(key=suite.environment["FRONTDESK_ACCOUNTS_TOKEN_KEY"], limits=Limits())
    counter = throttles.of_address(member.email)
    skip = "UPDATE throttles SET count = 99, next_allowed_at = NULL WHERE key = %s RETURNING key"
    assert suite.rows("accounts", skip, counter.key)
    for _ in range(3):
        log_in(suite, member, WRONG_PASSWORD).must_be(401)
    return logged(suite, outcome, "password_locked")


def logged(suite: Suite, outcome: Outcome, action: str) -> Outcome:
    """The outcome, once the audit log holds it: what is refused to a stranger is recorded after the answer."""
    query = "SELECT id FROM audit_log WHERE account_id = %s AND action = %s"
    eventually(
        lambda: suite.rows("accounts", query, outcome.account_id, action), what=f"{action} is in the log"
    )
    return outcome

"""Trials that end, by a date that is moved."""

from __future__ import annotations

from tests.support.people import sign_up
from tests.support.scenarios import Outcome, of
from tests.support.suite import Suite


def with_trial_until(suite: Suite, interval: str) -> Outcome:
    member = sign_up(suite)
    query = "UPDATE accounts SET trial_ends_at = now() + %s::interval WHERE id = %s RETURNING id"
    assert suite.rows("accounts", query, interval, member.account["id"])
    return of(member)


def let_trial_near_its_end(suite: Suite) -> Outcome:
    return with_trial_until(suite, "1 day")


def let_trial_end(suite: Suite) -> Outcome:
    return with_trial_until(suite, "-1 second")

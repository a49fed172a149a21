"""Cancellation of an account."""

from __future__ import annotations

from tests.support.people import PASSWORD, Member, sign_up
from tests.support.scenarios import Outcome, of
from tests.support.scenarios.sessions import log_in
from tests.support.scenarios.subscriptions import paid
from tests.support.suite import Suite

WHY = {"reason": "too_expensive", "details": "We found something else."}


def cancel(member: Member, effective: str = "now") -> None:
    body = {**WHY, "current_password": PASSWORD, "effective": effective}
    member.api.post("/v1/account/cancellation", body).must_be(200)


def cancel_account(suite: Suite) -> Outcome:
    member = sign_up(suite)
    cancel(member)
    return of(member)


def schedule_cancellation(suite: Suite) -> Outcome:
    member = paid(suite)
    cancel(member, "period_end")
    return of(member)


def undo_cancellation(suite: Suite) -> Outcome:
    member = paid(suite)
    cancel(member, "period_end")
    member.api.delete("/v1/account/cancellation").must_be(200)
    return of(member)


def be_refused(suite: Suite) -> Outcome:
    """Log in to an account that is cancelled."""
    member = sign_up(suite)
    cancel(member)
    refused = log_in(suite, member).must_be(403)
    return of(member, refused.body["token"]) if "token" in refused.body else of(member)

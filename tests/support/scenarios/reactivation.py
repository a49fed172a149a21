"""Reactivation of a cancelled account, at once or by a request that support decides."""

from __future__ import annotations

from tests.support.api import Answer
from tests.support.people import PASSWORD, Member, sign_up
from tests.support.scenarios import EVENT_SECONDS, Outcome, of
from tests.support.scenarios.cancellation import cancel
from tests.support.scenarios.sessions import log_in
from tests.support.scenarios.subscriptions import paid
from tests.support.suite import Suite
from tests.support.waiting import eventually


def come_back(suite: Suite, member: Member) -> Answer:
    return suite.api.post("/v1/reactivations", {"email": member.email, "password": PASSWORD})


def reactivate(suite: Suite) -> Outcome:
    member = sign_up(suite)
    cancel(member)
    opened = come_back(suite, member).must_be(201).body
    return of(member, opened["token"])


def requested_return(suite: Suite) -> tuple[Member, str, str]:
    """A paying owner who asks to come back, the request's number, and the token that shows it."""
    member = paid(suite)
    cancel(member)
    answer = come_back(suite, member).must_be(202).body
    return member, str(answer["request"]["number"]), answer["status_token"]


def request_reactivation(suite: Suite) -> Outcome:
    member, _, token = requested_return(suite)
    return of(member, token)


def withdraw_reactivation_request(suite: Suite) -> Outcome:
    member, number, token = requested_return(suite)
    suite.api.delete(f"/v1/reactivation-requests/{number}?token={token}").must_be(200)
    return of(member, token)


def decide(suite: Suite, number: str, decision: str) -> None:
    path = f"/v1/support/reactivation-requests/{number}/{decision}"
    suite.support.post(path, {"note": "We have looked at it."}).must_be(200)


def approve_reactivation_request(suite: Suite) -> Outcome:
    """The account is back when billing has started the plan again."""
    member, number, token = requested_return(suite)
    decide(suite, number, "approval")
    eventually(
        lambda: log_in(suite, member).status == 201, EVENT_SECONDS, "the account is back", pause_seconds=0.2
    )
    return of(member, token)


def refuse_reactivation_request(suite: Suite) -> Outcome:
    member, number, token = requested_return(suite)
    decide(suite, number, "refusal")
    return of(member, token)

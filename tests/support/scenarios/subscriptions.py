"""Subscriptions: accounts with a plan."""

from __future__ import annotations

from typing import Any

from tests.support.api import Api
from tests.support.people import Member, sign_up
from tests.support.scenarios import EVENT_SECONDS, Outcome, of
from tests.support.suite import Suite
from tests.support.waiting import eventually


def paid(suite: Suite) -> Member:
    """The owner of an account with a plan."""
    member = sign_up(suite)
    subscribe(suite.support, member, plan="pro", months=1)
    eventually(lambda: status(member) == "active", EVENT_SECONDS, "the account has its plan")
    return member


def subscribe(support: Api, member: Member, **plan: Any) -> dict[str, Any]:
    """Support starts a plan, as soon as billing has heard of the account."""
    path = f"/v1/support/accounts/{member.account['id']}/subscription"
    started = eventually(
        lambda: support.post(path, plan).must_be(201), EVENT_SECONDS, "billing knows the account"
    )
    body: dict[str, Any] = started.body
    return body


def status(member: Member) -> str:
    return str(member.api.get("/v1/account").must_be(200).body["status"])


def start_plan(suite: Suite) -> Outcome:
    return of(paid(suite))

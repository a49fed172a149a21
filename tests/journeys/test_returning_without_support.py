"""Reactivation of a paying account without support, where the policy allows it, and while billing is away."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.lifecycle import WAIT_SECONDS, Life, cancellation, credentials, living
from tests.support.people import Member, sign_up
from tests.support.suite import APART, Suites
from tests.support.waiting import eventually

POLICY = {"FRONTDESK_SELF_SERVICE_RETURN_DAYS": "30"}


@pytest.fixture(scope="module")
def life(suites: Suites, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    folder = tmp_path_factory.mktemp("policy")
    with living(suites, folder, environment=POLICY, groups=APART) as life:
        yield life
        print(life.suite.processes.tails())


def cancelled_plan(life: Life, *, days: float = 300) -> Member:
    member = sign_up(life.suite)
    life.start_plan(member, period_ends_at=(life.now() + datetime.timedelta(days=days)).isoformat())
    member.api.post("/v1/account/cancellation", cancellation()).must_be(200)
    eventually(lambda: not life.live_subscriptions(member), WAIT_SECONDS, "billing ends the plan")
    return member


def test_who_owes_nothing_and_left_lately_is_back_at_once_with_one_subscription(life: Life) -> None:
    member = cancelled_plan(life)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: life.api.post("/v1/reactivations", credentials(member)), range(4)))
    assert {answer.status for answer in answers} <= {202, 409}
    accepted = [answer for answer in answers if answer.status == 202]
    assert len({answer.body["request"]["number"] for answer in accepted}) == 1
    life.wait_for_status(member, "active")
    history = life.api.get(accepted[0].body["status_url"]).must_be(200).body["history"]
    assert [(step["state"], step["by"]) for step in history] == [
        ("open", "owner"),
        ("approved", "policy"),
        ("done", "system"),
    ]
    assert [row["plan"] for row in life.live_subscriptions(member)] == ["team"]


def test_who_left_long_ago_asks_support(life: Life) -> None:
    member = cancelled_plan(life)
    life.pass_time(days=31)
    asked = life.api.post("/v1/reactivations", credentials(member)).must_be(202).body
    assert asked["request"]["state"] == "open"


def test_who_owes_something_asks_support(life: Life) -> None:
    member = sign_up(life.suite)
    life.start_plan(member, period_ends_at=(life.now() + datetime.timedelta(days=1)).isoformat())
    life.pass_time(days=1, minutes=1)
    life.wait_for_status(member, "past_due")
    token = life.api.post("/v1/sessions", credentials(member)).must_be(201).body["token"]
    life.api.with_token(token).post("/v1/account/cancellation", cancellation()).must_be(200)
    eventually(lambda: not life.live_subscriptions(member), WAIT_SECONDS, "billing ends the plan")
    asked = life.api.post("/v1/reactivations", credentials(member)).must_be(202).body
    assert asked["request"]["state"] == "open"
    comes_back_as_overdue(life, member, asked["request"]["number"])


def comes_back_as_overdue(life: Life, member: Member, number: int) -> None:
    """Support sees what is owed, and its approval does not make it paid."""
    path = "/v1/support/reactivation-requests"
    [shown] = [one for one in life.support.get(path).must_be(200).body["data"] if one["number"] == number]
    assert (shown["standing"]["owes"], shown["standing"]["plan"]) == (True, "team")
    approved = life.support.post(f"{path}/{number}/approval", {"note": ""}).must_be(200).body
    assert approved["standing"]["owes"]
    life.wait_for_status(member, "past_due")
    token = life.api.post("/v1/sessions", credentials(member)).must_be(201).body["token"]
    back = life.api.with_token(token)
    assert back.get("/v1/billing").must_be(200).body["status"] == "past_due"
    assert back.get("/v1/account").must_be(200).body["status"] == "past_due"
    for locale, words in (("en", "Payment overdue"), ("fr", "Paiement en retard"), ("ko", "결제 연체")):
        page = back.get(f"/account?lang={locale}", headers={"Accept": "text/html"}).must_be(200)
        assert words in page.text


def test_an_account_ends_and_a_trial_comes_back_while_billing_is_away(life: Life) -> None:
    trial, paid = sign_up(life.suite), sign_up(life.suite)
    life.start_plan(paid)
    eventually(lambda: life.live_subscriptions(trial), WAIT_SECONDS, "billing opens the trial")
    life.suite.kill("billing")
    for member in (trial, paid):
        member.api.post("/v1/account/cancellation", cancellation()).must_be(200)
    back = life.api.post("/v1/reactivations", credentials(trial)).must_be(201).body
    assert back["account"]["status"] == "trial"
    asked = life.api.post("/v1/reactivations", credentials(paid)).must_be(202).body
    assert asked["request"]["state"] == "open", "what billing cannot say is for support to find out"
    number = asked["request"]["number"]
    life.support.post(f"/v1/support/reactivation-requests/{number}/approval", {"note": ""}).must_be(200)
    assert life.status(paid) == "cancelled"

    life.suite.restart("billing")
    life.wait_for_status(paid, "active")
    assert [row["plan"] for row in life.live_subscriptions(paid)] == ["team"]
    ends_at = datetime.datetime.fromisoformat(back["account"]["trial_ends_at"])

    def trials() -> list[datetime.datetime]:
        return [row["trial_ends_at"] for row in life.live_subscriptions(trial)]

    eventually(lambda: trials() == [ends_at], WAIT_SECONDS, "billing resumes the trial")
    assert life.status(trial) == "trial"

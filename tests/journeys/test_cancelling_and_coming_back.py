"""Cancellation and reactivation of an account by the API."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.lifecycle import SUPPORT_TOKEN, WAIT_SECONDS, Life, cancellation, credentials, living
from tests.support.people import PASSWORD, Member, sign_up
from tests.support.suite import Suites
from tests.support.waiting import eventually


@pytest.fixture(scope="module")
def life(suites: Suites, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    folder = tmp_path_factory.mktemp("life")
    with living(suites, folder) as life:
        yield life
        print(life.suite.processes.tails())


def moment(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text)


def cancelled(life: Life, **changes: object) -> Member:
    """Somebody who has just cancelled a trial."""
    member = sign_up(life.suite)
    member.api.post("/v1/account/cancellation", cancellation(**changes)).must_be(200)
    return member


def cancelled_plan(life: Life) -> Member:
    """Somebody who has just cancelled a paid account."""
    member = sign_up(life.suite)
    life.start_plan(member)
    member.api.post("/v1/account/cancellation", cancellation()).must_be(200)
    return member


def request(life: Life, member: Member) -> dict[str, str]:
    """What the owner of a paid account gets who wants back in."""
    answer = life.api.post("/v1/reactivations", credentials(member)).must_be(202)
    body: dict[str, str] = answer.body
    return body


def test_an_owner_cancels_at_any_time_and_everybody_is_logged_out(life: Life) -> None:
    member = sign_up(life.suite)
    other = life.api.post("/v1/sessions", credentials(member)).must_be(201).body
    colleague = life.api.with_token(other["token"])
    account = member.api.post("/v1/account/cancellation", cancellation()).must_be(200).body
    assert (account["status"], account["cancels_at"]) == ("cancelled", None)
    assert account["cancelled_at"] is not None
    for api in (member.api, colleague):
        api.get("/v1/me").must_be(401)
    mails = eventually(
        lambda: [mail for mail in life.suite.sink.to(member.email) if "cancelled" in mail.subject],
        WAIT_SECONDS,
        "the mail about the cancellation",
    )
    assert len(mails) == 1
    eventually(lambda: not life.live_subscriptions(member), WAIT_SECONDS, "billing ends the trial")


def test_nothing_is_cancelled_without_password_reason_and_details(life: Life) -> None:
    member = sign_up(life.suite)
    send = member.api.post
    blank = send("/v1/account/cancellation", cancellation(details=" \n"))
    assert (blank.status, blank.code) == (422, "cancellation_details_required")
    assert blank.body["errors"][0]["pointer"] == "/details"
    for name in ("current_password", "reason", "details"):
        body = {key: value for key, value in cancellation().items() if key != name}
        missing = send("/v1/account/cancellation", body)
        assert (missing.status, missing.code) == (422, "validation_failed")
    send("/v1/account/cancellation", cancellation(reason="bored")).must_be(422)
    send("/v1/account/cancellation", cancellation(details="x" * 2001)).must_be(422)
    wrong = send("/v1/account/cancellation", cancellation(current_password="wrong"))
    assert (wrong.status, wrong.code) == (403, "password_incorrect")
    assert wrong.body["errors"][0]["pointer"] == "/current_password"
    assert member.api.get("/v1/account").must_be(200).body["status"] == "trial"


def test_cancelling_twice_at_once_cancels_once(life: Life) -> None:
    member = sign_up(life.suite)
    with ThreadPoolExecutor(4) as pool:
        answers = list(
            pool.map(lambda _: member.api.post("/v1/account/cancellation", cancellation()), range(4))
        )
    assert {answer.status for answer in answers} <= {200, 401}
    assert 200 in {answer.status for answer in answers}
    own = member.account["id"]
    rows = life.suite.rows("accounts", "SELECT state FROM cancellations WHERE account_id = %s", own)
    assert [row["state"] for row in rows] == ["done"]
    query = "SELECT body FROM outbox WHERE account_id = %s AND routing_key = 'account.cancelled'"
    assert len(life.suite.rows("accounts", query, own)) == 1


def test_a_plan_ends_with_its_period_unless_the_owner_thinks_better_of_it(life: Life) -> None:
    member = sign_up(life.suite)
    early = member.api.post("/v1/account/cancellation", cancellation(effective="period_end"))
    assert (early.status, early.code) == (409, "cancellation_not_deferrable")
    none = member.api.delete("/v1/account/cancellation")
    assert (none.status, none.code) == (404, "cancellation_not_scheduled")

    plan = life.start_plan(member, period_ends_at=(life.now() + datetime.timedelta(days=10)).isoformat())
    later = cancellation(effective="period_end")
    planned = member.api.post("/v1/account/cancellation", later).must_be(200).body
    assert (planned["status"], planned["cancels_at"]) == ("active", plan["period_ends_at"])
    again = member.api.post("/v1/account/cancellation", later)
    assert (again.status, again.code) == (409, "cancellation_already_scheduled")
    kept = member.api.delete("/v1/account/cancellation").must_be(200).body
    assert (kept["status"], kept["cancels_at"]) == ("active", None)

    member.api.post("/v1/account/cancellation", later).must_be(200)
    life.pass_time(days=9)
    assert life.status(member) == "active"
    life.pass_time(days=1, minutes=1)
    life.wait_for_status(member, "cancelled")
    eventually(lambda: not life.live_subscriptions(member), WAIT_SECONDS, "billing ends the plan")
    refused = life.api.post("/v1/sessions", credentials(member))
    assert refused.body["account_type"] == "paid"


def test_a_cancelled_log_in_shows_the_way_back_after_the_right_password_only(life: Life) -> None:
    member = cancelled(life)
    wrong = life.api.post("/v1/sessions", credentials(member, password="wrong"))
    assert (wrong.status, wrong.code) == (401, "invalid_credentials")
    right = life.api.post("/v1/sessions", credentials(member))
    assert (right.status, right.code, right.body["account_type"]) == (403, "account_cancelled", "trial")
    token = right.body["token"]
    assert right.body["links"]["reactivate"] == f"/reactivate/{token}"
    returning = life.api.with_token(token)
    for path in ("/v1/me", "/v1/account", "/v1/contacts"):
        refused = returning.get(path)
        assert (refused.status, refused.code) == (403, "access_denied")
    life.pass_time(minutes=16)
    returning.get("/v1/me").must_be(401)


def test_a_trial_comes_back_with_its_days_and_logs_the_owner_in(life: Life) -> None:
    member = sign_up(life.suite)
    life.pass_time(days=5)
    again = life.api.post("/v1/sessions", credentials(member)).must_be(201).body
    life.api.with_token(again["token"]).post("/v1/account/cancellation", cancellation()).must_be(200)
    life.pass_time(days=30)
    opened = life.api.post("/v1/reactivations", credentials(member)).must_be(201)
    owner = life.api.with_token(opened.body["token"])
    account = owner.get("/v1/account").must_be(200).body
    assert (account["status"], account["cancelled_at"]) == ("trial", None)
    left = moment(account["trial_ends_at"]) - life.now()
    assert datetime.timedelta(days=9, hours=23) < left < datetime.timedelta(days=10, hours=1)

    def trial() -> list[dict[str, object]]:
        return [row for row in life.live_subscriptions(member) if row["plan"] == "trial"]

    (resumed,) = eventually(trial, WAIT_SECONDS, "billing resumes the trial")
    assert resumed["trial_ends_at"] == moment(account["trial_ends_at"])
    once_more = life.api.post("/v1/reactivations", credentials(member))
    assert (once_more.status, once_more.code) == (409, "account_not_cancelled")


def test_a_trial_that_had_run_out_comes_back_for_a_day(life: Life) -> None:
    member = sign_up(life.suite)
    life.pass_time(days=20)
    again = life.api.post("/v1/sessions", credentials(member)).must_be(201).body
    life.api.with_token(again["token"]).post("/v1/account/cancellation", cancellation()).must_be(200)
    opened = life.api.post("/v1/reactivations", credentials(member)).must_be(201).body
    left = moment(opened["account"]["trial_ends_at"]) - life.now()
    assert datetime.timedelta(hours=23) < left <= datetime.timedelta(days=1)


def test_a_known_device_brings_the_account_back_whoever_guesses_and_is_not_told_of(life: Life) -> None:
    member = sign_up(life.suite)
    device = life.api.post("/v1/sessions", credentials(member)).must_be(201).body["device_token"]
    member.api.post("/v1/account/cancellation", cancellation()).must_be(200)
    for _ in range(2):
        life.api.post("/v1/reactivations", credentials(member, password="wrong")).must_be(401)
    stop = "UPDATE throttles SET next_allowed_at = now() + interval '9 years' WHERE rule = 'log_in' RETURNING key"
    assert life.suite.rows("accounts", stop)
    life.api.post("/v1/reactivations", credentials(member)).must_be(401)
    opened = life.api.post("/v1/reactivations", credentials(member, device_token=device)).must_be(201).body
    assert opened["device_token"] == device
    query = "SELECT position FROM outbox WHERE account_id = %s AND routing_key = 'account.new_device_seen'"
    assert len(life.suite.rows("accounts", query, member.account["id"])) == 1, "the log-in's"


def test_reactivating_in_two_tabs_brings_the_trial_back_once(life: Life) -> None:
    member = cancelled(life)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: life.api.post("/v1/reactivations", credentials(member)), range(4)))
    assert sorted(answer.status for answer in answers) == [201, 409, 409, 409]
    own = member.account["id"]
    query = "SELECT body FROM outbox WHERE account_id = %s AND routing_key = 'account.reactivated'"
    assert len(life.suite.rows("accounts", query, own)) == 1
    living_sessions = "SELECT id FROM sessions WHERE account_id = %s AND ended_at IS NULL"
    assert len(life.suite.rows("accounts", living_sessions, own)) == 1


def test_a_paying_owner_asks_support_which_brings_the_plan_back(life: Life) -> None:
    member = cancelled_plan(life)
    asked = request(life, member)
    assert asked["request"]["state"] == "open"  # type: ignore[index]
    assert request(life, member) == asked, "who asks again gets the first request"
    life.api.post("/v1/sessions", credentials(member)).must_be(403)
    number = asked["request"]["number"]  # type: ignore[index]
    status_url = asked["status_url"]
    assert life.api.get(status_url).must_be(200).body["state"] == "open"
    life.api.get(f"/v1/reactivation-requests/{number}?token=wrong").must_be(404)

    listed = life.support.get("/v1/support/reactivation-requests?state=open&limit=100").must_be(200).body
    assert number in [one["number"] for one in listed["data"]]
    approval = f"/v1/support/reactivation-requests/{number}/approval"
    life.support.post(approval, {"note": "Welcome back."}).must_be(200)
    life.wait_for_status(member, "active")
    for path in (approval, approval.replace("approval", "refusal")):
        second = life.support.post(path, {"note": "No."})
        assert (second.status, second.code) == (409, "reactivation_request_decided")
        assert second.body["state"] in ("approved", "done")

    history = life.api.get(status_url).must_be(200).body["history"]
    assert [step["state"] for step in history] == ["open", "approved", "done"]
    (subscription,) = life.live_subscriptions(member)
    assert subscription["plan"] == "team"
    life.api.post("/v1/sessions", credentials(member)).must_be(201)

    def subjects() -> set[str]:
        return {mail.subject for mail in life.suite.sink.to(member.email)}

    expected = {
        f"We have received your request {number}",
        f"Your request {number} has been approved",
        "Your Frontdesk account has been reactivated",
    }
    eventually(lambda: expected <= subjects(), WAIT_SECONDS, "the owner is told of every step")


def test_a_refused_owner_is_told_why_and_may_ask_again(life: Life) -> None:
    member = cancelled_plan(life)
    number = request(life, member)["request"]["number"]  # type: ignore[index]
    refusal = f"/v1/support/reactivation-requests/{number}/refusal"
    life.support.post(refusal, {"note": " "}).must_be(422)
    life.support.post(refusal, {"note": "Please pay the open invoice first."}).must_be(200)
    mails = eventually(
        lambda: [mail for mail in life.suite.sink.to(member.email) if "refused" in mail.subject],
        WAIT_SECONDS,
        "the mail about the refusal",
    )
    assert "Please pay the open invoice first." in mails[0].text()
    assert life.status(member) == "cancelled"
    assert request(life, member)["request"]["number"] != number  # type: ignore[index]


def test_an_owner_withdraws_a_request(life: Life) -> None:
    member = cancelled_plan(life)
    asked = request(life, member)
    withdrawn = life.api.delete(asked["status_url"]).must_be(200).body
    assert withdrawn["state"] == "withdrawn"
    again = life.api.delete(asked["status_url"])
    assert (again.status, again.code) == (409, "reactivation_request_decided")


def test_what_the_account_was_decides_the_way_back(life: Life) -> None:
    trial, paid = cancelled(life), cancelled_plan(life)
    for member, kind, status in ((trial, "trial", 201), (paid, "paid", 202)):
        assert life.api.post("/v1/sessions", credentials(member)).body["account_type"] == kind
        life.api.post("/v1/reactivations", credentials(member)).must_be(status)


def test_nobody_learns_from_the_way_back_which_accounts_are_cancelled(life: Life) -> None:
    member = cancelled(life)
    active = sign_up(life.suite)
    answers = [
        life.api.post("/v1/reactivations", {"email": email, "password": "wrong " + PASSWORD})
        for email in (member.email, active.email, "nobody@example.com")
    ]
    assert {(answer.status, answer.code, len(answer.content)) for answer in answers} == {
        (401, "invalid_credentials", len(answers[0].content))
    }


def test_support_is_whoever_holds_the_token(life: Life) -> None:
    path = "/v1/support/reactivation-requests"
    life.api.get(path).must_be(401)
    life.api.with_token(SUPPORT_TOKEN + "x").get(path).must_be(401)
    life.api.with_token(sign_up(life.suite).token).get(path).must_be(401)
    life.support.get(path).must_be(200)
    closed = life.suite.add_gateway(FRONTDESK_SUPPORT_TOKEN="")
    closed.with_token(SUPPORT_TOKEN).get(path).must_be(404)
    closed.with_token("").get(path).must_be(404)
    closed.get("/support/log-in").must_be(404)


def test_a_trial_is_told_three_days_before_its_end_and_at_its_end_once(life: Life) -> None:
    member = sign_up(life.suite)
    own = member.account["id"]

    def told(key: str) -> int:
        query = "SELECT position FROM outbox WHERE account_id = %s AND routing_key = %s"
        return len(life.suite.rows("accounts", query, own, key))

    life.pass_time(days=11, hours=23)
    assert told("account.trial_ending") == 0
    life.pass_time(hours=2)
    eventually(lambda: told("account.trial_ending") == 1, WAIT_SECONDS, "the trial is ending")
    eventually(
        lambda: [mail for mail in life.suite.sink.to(member.email) if "ends soon" in mail.subject],
        WAIT_SECONDS,
        "the mail about the trial",
    )
    life.pass_time(days=3)
    eventually(lambda: told("account.trial_ended") == 1, WAIT_SECONDS, "the trial has ended")
    assert told("account.trial_ending") == 1


def test_a_plan_that_nobody_renews_falls_behind_until_support_renews_it(life: Life) -> None:
    member = sign_up(life.suite)
    life.start_plan(member, period_ends_at=(life.now() + datetime.timedelta(days=2)).isoformat())
    life.pass_time(days=2, minutes=1)
    life.wait_for_status(member, "past_due")
    life.pass_time(days=14)
    life.wait_for_status(member, "restricted")
    life.start_plan(member, plan="team", months=1)
    assert len(life.live_subscriptions(member)) == 1

"""Delivery of mails by a mail server that refuses, drops and delays: over SMTP; time is moved in the table."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.mail import DROP_AFTER_KEEPING, DROP_BEFORE_KEEPING
from tests.support.people import PASSWORD, link_token, new_email, register
from tests.support.suite import Suite, superuser
from tests.support.waiting import eventually

pytestmark = pytest.mark.slow


def notification(suite: Suite, email: str) -> dict[str, Any]:
    [row] = suite.rows("notifications", "SELECT * FROM notifications WHERE recipient = %s", email)
    return row


def wait_for_state(suite: Suite, email: str, state: str, *, attempts: int = 1) -> dict[str, Any]:
    def found() -> dict[str, Any] | None:
        rows = suite.rows("notifications", "SELECT * FROM notifications WHERE recipient = %s", email)
        if not rows or (rows[0]["state"], rows[0]["attempts"]) != (state, attempts):
            return None
        return rows[0]

    return eventually(found, what=f"the mail is {state}") or {}


def make_due(suite: Suite, email: str) -> None:
    """As if the pause until the next try were over."""
    with superuser(suite.database_urls["notifications"]) as connection:
        connection.execute("UPDATE notifications SET due_at = now() WHERE recipient = %s", [email])


def outcomes(suite: Suite, email: str) -> list[str]:
    query = """SELECT outcome FROM notification_attempts a JOIN notifications n ON n.id = a.notification_id
               WHERE recipient = %s ORDER BY number"""
    return [row["outcome"] for row in suite.rows("notifications", query, email)]


@pytest.mark.parametrize("answer", ["451 4.3.0 later", "421 4.3.2 closing", DROP_BEFORE_KEEPING])
def test_a_busy_server_is_asked_again_after_a_minute(suite: Suite, answer: str) -> None:
    email = new_email()
    suite.sink.answer(email, answer)
    register(suite, email).must_be(201)
    row = wait_for_state(suite, email, "queued")
    assert 50 < (row["due_at"] - row["created_at"]).total_seconds() < 75
    make_due(suite, email)
    suite.sink.wait_for(email)
    wait_for_state(suite, email, "sent", attempts=2)
    assert outcomes(suite, email) == ["postponed", "sent"]


def test_a_recipient_nobody_knows_is_given_up_and_that_is_announced(suite: Suite) -> None:
    email = new_email()
    suite.sink.answer(email, "550 5.1.1 unknown")
    register(suite, email).must_be(201)
    row = wait_for_state(suite, email, "abandoned")
    assert row["reason"] == "acceptance: 550"
    query = "SELECT body FROM outbox WHERE routing_key = 'notification.abandoned' AND account_id = %s"
    [owed] = suite.rows("notifications", query, row["account_id"])
    assert json.loads(owed["body"])["data"]["object"]["notification_id"] == str(row["id"])
    assert suite.sink.to(email) == []


def test_a_mail_that_may_have_arrived_is_sent_again_as_the_same_message(suite: Suite) -> None:
    email = new_email()
    suite.sink.answer(email, DROP_AFTER_KEEPING)
    register(suite, email).must_be(201)
    wait_for_state(suite, email, "queued")
    make_due(suite, email)
    first, second = suite.sink.wait_for(email, count=2)
    assert first.message["Message-ID"] == second.message["Message-ID"]
    assert first.message.as_bytes() == second.message.as_bytes()


def test_a_mail_whose_link_was_used_meanwhile_is_not_sent_again(suite: Suite) -> None:
    email = new_email()
    suite.sink.answer(email, DROP_AFTER_KEEPING)
    register(suite, email).must_be(201)
    [mail] = suite.sink.wait_for(email)
    wait_for_state(suite, email, "queued")
    passwords = {"password": PASSWORD, "password_repeat": PASSWORD}
    suite.api.post(f"/v1/activations/{link_token(mail)}", passwords).must_be(201)
    make_due(suite, email)
    wait_for_state(suite, email, "suppressed", attempts=2)
    assert len(suite.sink.to(email)) == 1


def test_one_slow_server_does_not_hold_up_the_others(suite: Suite) -> None:
    slow, others = new_email(), [new_email() for _ in range(6)]
    with suite.sink.hold(slow):
        register(suite, slow).must_be(201)
        eventually(lambda: slow in suite.sink.holding, what="the slow server has the mail in hand")
        for email in others:
            register(suite, email).must_be(201)
        for email in others:
            suite.sink.wait_for(email)
        assert notification(suite, slow)["state"] == "sending"
    suite.sink.wait_for(slow)


def test_a_delivery_waits_for_accounts_and_uses_up_no_try(new_suite: Any) -> None:
    """The link is asked for when the mail is written: accounts must be there."""
    suite: Suite = new_suite()
    email = new_email()
    with suite.sink.hold(email):  # hold the first try, to stop accounts before the second
        suite.sink.answer(email, "451 4.3.0 later")
        register(suite, email).must_be(201)
        eventually(lambda: email in suite.sink.holding, what="the first try")
    wait_for_state(suite, email, "queued")
    suite.kill("accounts")
    make_due(suite, email)
    row = wait_for_state(suite, email, "queued", attempts=2)
    assert outcomes(suite, email) == ["postponed"]
    assert row["reason"] != "acceptance: 451"
    suite.restart("accounts")
    make_due(suite, email)
    suite.sink.wait_for(email)

"""What an operator sees of a running suite from the command line."""

from __future__ import annotations

import json
import os
import subprocess

from tests.support.people import new_account
from tests.support.processes import Processes, resolve
from tests.support.suite import Suite
from tests.support.waiting import eventually


def test_events_are_seen_as_they_pass(suite: Suite, processes: Processes) -> None:
    unsent = "SELECT event_id FROM outbox WHERE sent_at IS NULL"
    eventually(lambda: not suite.rows("accounts", unsent), what="no event of an earlier test is to come")
    tail = processes.start(
        "frontdesk", "events", "tail", "accounts", "--count", "2", environment=suite.environment
    )
    tail.wait_for_output("listening to accounts")
    account = suite.api.post("/v1/accounts", new_account()).must_be(201).body["account"]
    assert tail.wait() == 0
    seen = [json.loads(line) for line in tail.output().splitlines() if line.startswith("{")]
    assert {event["type"] for event in seen} == {
        "accounts.account.created",
        "accounts.user.activation_requested",
    }
    assert {event["account_id"] for event in seen} == {account["id"]}


def test_a_backlog_is_told(suite: Suite) -> None:
    suite.api.post("/v1/accounts", new_account()).must_be(201)

    def told() -> str:
        return subprocess.run(
            resolve(["frontdesk", "outbox", "status", "accounts"]),
            env=os.environ | suite.environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    eventually(lambda: "unsent 0, of these without a queue 0" in told(), what="all is sent")
    assert "parked 0" in told()

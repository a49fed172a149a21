"""docs/how-to/subscribe-to-account-events.md, followed to a service that applies each event exactly once.

The page's own code runs, as processes of their own, against the running suite.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from kombu import Connection

from tests.support.people import sign_up
from tests.support.processes import Process, Processes
from tests.support.scenarios import cancellation
from tests.support.suite import Suite
from tests.support.waiting import eventually

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/how-to/subscribe-to-account-events.md").read_text()
FILES = dict(re.findall(r"```python (\S+)\n(.*?)```", PAGE, flags=re.DOTALL))
COMMANDS = re.findall(r"^(frontdesk .*)$", PAGE, flags=re.MULTILINE)
LEAVERS = "SELECT account_id::text, reason FROM leavers"
HANDLED_SECONDS = 60


def plain(url: str) -> str:
    """The address as psycopg itself takes it."""
    return url.replace("postgresql+psycopg://", "postgresql://")


def rows(url: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(plain(url)) as connection:
        return connection.execute(query.encode()).fetchall()


@dataclasses.dataclass(frozen=True, kw_only=True)
class Follower:
    """Somebody who followed the page: the files in a folder, a database, and the suite's broker."""

    folder: Path
    database_url: str
    amqp_uri: str
    processes: Processes

    def run(self, command: str, **more: str) -> Process:
        environment = {
            "PYTHONPATH": str(self.folder),
            "FRONTDESK_WINBACK_DATABASE_URL": self.database_url,
            "FRONTDESK_AMQP_URI": self.amqp_uri,
            **more,
        }
        return self.processes.start(*command.split(), environment=environment, cwd=self.folder)

    def leavers(self) -> list[tuple[Any, ...]]:
        return rows(self.database_url, LEAVERS)


@pytest.fixture
def follower(
    suite: Suite, tmp_path: Path, processes: Processes, new_database: Callable[[str], str]
) -> Follower:
    folder = tmp_path / "somewhere"
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (folder / "winback/__init__.py").write_text("")
    return Follower(
        folder=folder,
        database_url=new_database("winback"),
        amqp_uri=suite.environment["FRONTDESK_AMQP_URI"],
        processes=processes,
    )


def cancelled_account(suite: Suite) -> str:
    member = sign_up(suite)
    cancellation.cancel(member)
    return str(member.account["id"])


def test_the_service_of_the_page_applies_an_event_once_although_it_dies_before_it_says_so(
    suite: Suite, follower: Follower
) -> None:
    migrate, run = COMMANDS
    assert follower.run(migrate).wait() == 0, follower.processes.tails()
    dying = follower.run(run, FRONTDESK_CRASH_AT="inbox.after_commit:1")
    account_id = cancelled_account(suite)
    eventually(
        lambda: not dying.is_running, HANDLED_SECONDS, "the service dies between effect and acknowledgement"
    )
    assert [row for row in follower.leavers() if row[0] == account_id] == [(account_id, "too_expensive")]

    living = follower.run(run)
    eventually(
        lambda: "event_absorbed" in living.output(), HANDLED_SECONDS, "the event comes again and is absorbed"
    )
    later = cancelled_account(suite)
    eventually(lambda: later in [row[0] for row in follower.leavers()], HANDLED_SECONDS)
    told = [row[0] for row in follower.leavers()]
    assert sorted(told) == sorted(set(told))
    assert {account_id, later} <= set(told)


def test_the_program_of_the_page_applies_a_message_that_comes_twice_once(
    suite: Suite, follower: Follower
) -> None:
    arguments = [str(ROOT / "docs/asyncapi.yaml"), follower.amqp_uri, plain(follower.database_url)]
    program = follower.run(" ".join(["python", "plain_winback.py", *arguments]))
    eventually(lambda: "listening" in program.output(), HANDLED_SECONDS, "the program listens")
    account_id = cancelled_account(suite)
    eventually(lambda: account_id in [row[0] for row in follower.leavers()], HANDLED_SECONDS)

    query = "SELECT body, sequence FROM outbox WHERE account_id = %s AND routing_key = 'account.cancelled'"
    [sent] = suite.rows("accounts", query, account_id)
    again = f'{{"sequence":{sent["sequence"]},{sent["body"][1:]}'.encode()
    with Connection(follower.amqp_uri) as connection:
        producer = connection.Producer()
        for _ in range(3):
            producer.publish(
                again, routing_key="plain-winback", content_type="application/json", content_encoding="utf-8"
            )
    later = cancelled_account(suite)
    eventually(lambda: later in [row[0] for row in follower.leavers()], HANDLED_SECONDS)
    assert [row[0] for row in follower.leavers()].count(account_id) == 1
    program.kill()


def test_the_page_names_its_files_and_the_document() -> None:
    assert set(FILES) == {
        "winback/service.py",
        "winback/migrations/0001_leavers.py",
        "plain_winback.py",
    }
    assert COMMANDS == ["frontdesk migrate winback", "frontdesk run winback"]
    assert (ROOT / "docs/how-to" / "../asyncapi.yaml").exists()

"""Migrations: one migrator at a time, however long another one waits for it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable

import psycopg
import pytest

from chassis.database import migrations
from tests.faults.rig import plain
from tests.support.processes import BIN, Processes
from tests.support.suite import SERVICES
from tests.support.waiting import eventually

MIGRATORS = 4
# A migrator waits for longer than a statement of a service may be silent.
SILENCE = {"FRONTDESK_DATABASE_SILENCE_SECONDS": "1"}
WAIT_SECONDS = 3
WAITING = """
    SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
    WHERE l.locktype = 'advisory' AND NOT l.granted AND d.datname = current_database()
"""


def versions(url: str) -> list[tuple[str]]:
    with psycopg.connect(plain(url)) as connection:
        return connection.execute("SELECT version_num FROM alembic_version").fetchall()


def test_four_migrators_at_once_make_one_history(
    new_database: Callable[[str], str], processes: Processes, amqp_uri: str
) -> None:
    url = new_database("contacts")
    environment = {"FRONTDESK_CONTACTS_DATABASE_URL": plain(url), "FRONTDESK_AMQP_URI": amqp_uri}
    started = [
        processes.start("frontdesk", "migrate", "contacts", environment=environment) for _ in range(MIGRATORS)
    ]
    assert [process.wait(60) for process in started] == [0] * MIGRATORS
    assert len(versions(url)) == 1


def test_a_migrator_waits_for_the_one_before_it(
    new_database: Callable[[str], str], processes: Processes, amqp_uri: str
) -> None:
    url = new_database("contacts")
    environment = {"FRONTDESK_CONTACTS_DATABASE_URL": plain(url), "FRONTDESK_AMQP_URI": amqp_uri}
    with psycopg.connect(plain(url), autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [migrations.MIGRATION_LOCK])
        process = processes.start("frontdesk", "migrate", "contacts", environment=environment | SILENCE)
        eventually(lambda: other.execute(WAITING).fetchone() == (1,), what="it waits")
        with pytest.raises(AssertionError, match="did not end"):
            process.wait(WAIT_SECONDS)
        other.execute("SELECT pg_advisory_unlock(%s)", [migrations.MIGRATION_LOCK])
        assert process.wait(30) == 0, process.tail()
    assert len(versions(url)) == 1


def tables(url: str) -> set[str]:
    with psycopg.connect(plain(url)) as connection:
        found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    return {name for (name,) in found}


@pytest.mark.parametrize("service", SERVICES)
def test_the_first_migration_can_be_undone_and_done_again(
    service: str, new_database: Callable[[str], str]
) -> None:
    url = new_database(service)
    assert migrations.migrate(service, revision="0001", url=url) == "0001"
    assert "outbox" in tables(url)
    assert migrations.undo(service, revision="base", url=url) == "nothing"
    assert tables(url) == {"alembic_version"}
    assert migrations.migrate(service, url=url) >= "0001"


def test_what_cannot_be_undone_says_what_would_be_lost(new_database: Callable[[str], str]) -> None:
    url = new_database("accounts")
    migrations.migrate("accounts", revision="0002", url=url)
    environment = os.environ | {"FRONTDESK_ACCOUNTS_DATABASE_URL": plain(url)}
    for services, reason in ((["accounts"], "would be lost"), ([], "name one service")):
        done = subprocess.run(
            [BIN / "frontdesk", "migrate", *services, "--back-to", "0001"],
            capture_output=True,
            text=True,
            check=False,
            env=environment,
        )
        assert done.returncode != 0
        assert reason in done.stderr
    assert versions(url) == [("0002",)]


def test_a_service_that_does_not_exist_is_named() -> None:
    done = subprocess.run(
        [BIN / "frontdesk", "migrate", "florists"],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"FRONTDESK_FLORISTS_DATABASE_URL": "postgresql://nobody@127.0.0.1/nothing"},
    )
    assert done.returncode != 0
    assert "florists" in done.stderr

"""Does one migrator at a time work on a database, and is a long wait for the other no failure?"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable

import psycopg
import pytest

from chassis import migrations
from tests.faults.rig import plain
from tests.support.processes import BIN, Processes

MIGRATORS = 4
# Longer than a statement of a service may ever be silent.
WAIT_SECONDS = 17


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


@pytest.mark.slow
def test_a_migrator_waits_for_the_one_before_it(
    new_database: Callable[[str], str], processes: Processes, amqp_uri: str
) -> None:
    url = new_database("contacts")
    environment = {"FRONTDESK_CONTACTS_DATABASE_URL": plain(url), "FRONTDESK_AMQP_URI": amqp_uri}
    with psycopg.connect(plain(url), autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [migrations.MIGRATION_LOCK])
        process = processes.start("frontdesk", "migrate", "contacts", environment=environment)
        with pytest.raises(AssertionError, match="did not end"):
            process.wait(WAIT_SECONDS)
        other.execute("SELECT pg_advisory_unlock(%s)", [migrations.MIGRATION_LOCK])
        assert process.wait(30) == 0, process.tail()
    assert len(versions(url)) == 1


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

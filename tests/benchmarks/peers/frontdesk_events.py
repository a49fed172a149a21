"""Frontdesk's events: the way through the chassis from the commit that announces one to its effect.

`server` is the listening service with its database: its handler inserts one row in the inbox's transaction.
`client` is the announcing service with another database: its writers, `--callers` of them, each commit one
row and one event per transaction for `--seconds`, then it waits until every effect is there. Both ends are
PostgreSQL's own commit timestamps, so nothing is counted before it is durable. `--a-second` paces the
writers.
"""

from __future__ import annotations

from tests.benchmarks.peers import frontdesk_chassis

# ruff: noqa: I001  # after the patch, which the line above does

import itertools
import json
import random
import time
import uuid
from typing import Any

import eventlet
import sqlalchemy as sa

from chassis.database import engines, tables
from chassis.events import listen
from chassis.events import Received
from chassis.database.work import UnitOfWork
from tests.benchmarks.peers import calling
from wire.contract import Contract, Event, message

ANNOUNCER = "bench_announcer"
LISTENER = "bench_listener"
AGGREGATES = [uuid.uuid4() for _ in range(500)]
ARRIVAL_SECONDS = 60

ROWS = """
    CREATE TABLE IF NOT EXISTS {table} (run uuid NOT NULL, number int NOT NULL, PRIMARY KEY (run, number))
"""
INSERT = "INSERT INTO {table} (run, number) VALUES (:run, :number)"
COUNT = sa.text("SELECT count(*) FROM effects WHERE run = :run")
COMMITS = "SELECT number, pg_xact_commit_timestamp(xmin) FROM {table} WHERE run = :run"


@message
class Thing:
    run: uuid.UUID
    number: int
    name: str = "Example Trading"
    email: str = "mina.park@example.com"


class Things(Contract):
    name = ANNOUNCER
    thing_made = Event(Thing, is_owed=True)


class Listener:
    """Has one effect per event."""

    name = LISTENER
    work = UnitOfWork()

    @listen(Things.thing_made)
    def apply(self, received: Received[Thing]) -> None:
        with self.work.all_tenants() as work:
            row = {"run": received.data.run, "number": received.data.number}
            work.session.execute(sa.text(INSERT.format(table="effects")), row)


class Announcer:
    """Commits rows, each with the event that it owes."""

    name = ANNOUNCER
    work = UnitOfWork()

    @frontdesk_chassis.Driver.decorator
    def write(self, run: uuid.UUID, numbers: itertools.count[int], ends_at: float, pause: float) -> None:
        if pause:
            eventlet.sleep(random.uniform(0, pause))  # not a secret
        while time.monotonic() < ends_at:
            begun_at = time.monotonic()
            self.write_one(run, next(numbers))
            if pause:
                eventlet.sleep(max(0.0, begun_at + pause - time.monotonic()))

    def write_one(self, run: uuid.UUID, number: int) -> None:
        aggregate = AGGREGATES[number % len(AGGREGATES)]
        with self.work.all_tenants() as work:
            work.session.execute(sa.text(INSERT.format(table="things")), {"run": run, "number": number})
            work.announce(Things.thing_made, Thing(run=run, number=number), aggregate=aggregate)


def make_tables(service: str, table: str) -> sa.Engine:
    engine = engines.engine_for(service)
    tables.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(sa.text(ROWS.format(table=table)))
    return engine


def commits(engine: sa.Engine, table: str, run: uuid.UUID) -> dict[int, float]:
    """When each row became durable."""
    with engine.connect() as connection:
        rows: Any = connection.execute(sa.text(COMMITS.format(table=table)), {"run": run})
        return {number: committed_at.timestamp() for number, committed_at in rows}


def wait_for_effects(engine: sa.Engine, run: uuid.UUID, expected: int) -> None:
    with eventlet.Timeout(ARRIVAL_SECONDS):
        while True:
            with engine.connect() as connection:
                if connection.scalar(COUNT, {"run": run}) == expected:
                    return
            eventlet.sleep(0.05)


def announce(said: calling.Options) -> None:
    own = make_tables(ANNOUNCER, "things")
    theirs = engines.engine_for(LISTENER)
    started = frontdesk_chassis.runner(said.amqp_uri, Announcer)
    pause = said.callers / said.a_second if said.a_second else 0.0
    for seconds in (said.warmup_seconds, said.seconds):
        run, numbers = uuid.uuid4(), itertools.count()
        frontdesk_chassis.drive(started, said.callers, run, numbers, time.monotonic() + seconds, pause)
        made = next(numbers)
        wait_for_effects(theirs, run, made)
    print(line(commits(own, "things", run), commits(theirs, "effects", run)), flush=True)
    started.stop()


def line(made: dict[int, float], applied: dict[int, float]) -> str:
    """What a client prints: all events over the time from the first commit to the last effect."""
    assert made.keys() == applied.keys()
    waits = sorted(applied[number] - made[number] for number in made)
    seconds = max(applied.values()) - min(made.values())
    return json.dumps(
        {
            "rate": len(made) / seconds,
            "p50_ms": calling.percentile(waits, 0.50) * 1000,
            "p99_ms": calling.percentile(waits, 0.99) * 1000,
            "events": len(made),
            "commits_per_second": len(made) / (max(made.values()) - min(made.values())),
        }
    )


if __name__ == "__main__":
    said = calling.options(__doc__ or "")
    if said.role == "server":
        make_tables(LISTENER, "effects")
        frontdesk_chassis.serve(said.amqp_uri, Listener)
    else:
        announce(said)

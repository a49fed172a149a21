"""A service of the fault tests that counts events: what is applied twice, or out of order, shows."""

from __future__ import annotations

import os
import signal
from typing import Any

import eventlet
import sqlalchemy as sa
import switches  # noqa: F401  # for what it switches off
from drill import Add, Count, Counted, Keeper, Maker, Part, Wait
from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis import settings
from chassis.database.work import UnitOfWork
from chassis.events import Received, listen
from chassis.extensions import DependencyProvider
from chassis.rpc import serve
from wire.contract import Nothing

SCHEMA = """
    CREATE TABLE counters (
        aggregate uuid PRIMARY KEY, counter bigint NOT NULL, last_version bigint NOT NULL,
        inversions bigint NOT NULL DEFAULT 0);
    CREATE TABLE journal (
        position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, number bigint NOT NULL, aggregate uuid NOT NULL,
        version bigint NOT NULL, sequence bigint NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp());
    CREATE TABLE moods (number bigint PRIMARY KEY, mood text NOT NULL);
    CREATE TABLE attempts (
        number bigint NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp());
    CREATE TABLE added (name text NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp());
"""
COUNT_ONE = text("""
    INSERT INTO counters AS kept (aggregate, counter, last_version) VALUES (:aggregate, 1, :version)
    ON CONFLICT (aggregate) DO UPDATE SET counter = kept.counter + 1,
        inversions = kept.inversions + CASE WHEN kept.last_version >= :version THEN 1 ELSE 0 END,
        last_version = greatest(kept.last_version, :version)
""")
NOTE = text("""
    INSERT INTO journal (number, aggregate, version, sequence) VALUES (:number, :aggregate, :version, :sequence)
""")
MOOD = text("SELECT mood FROM moods WHERE number = :number")
TRY = text("INSERT INTO attempts (number) VALUES (:number)")
COUNTER = text("SELECT counter FROM counters WHERE aggregate = :aggregate")
ADD = text("INSERT INTO added (name) VALUES (:name)")
ADDED = text("SELECT count(*) FROM added WHERE name = :name")


class Tantrum(DependencyProvider):  # type: ignore[misc]  # nameko is untyped
    """Raises after the work, as a badly written dependency does."""

    def worker_teardown(self, worker_ctx: Any) -> None:
        if getattr(worker_ctx.args[0], "correlation_id", None) == "tantrum":
            raise RuntimeError("password=hunter2: a tantrum")

    def get_dependency(self, worker_ctx: Any) -> None:
        return None


class KeeperService:
    name = Keeper.name
    work = UnitOfWork()
    tantrum = Tantrum()

    @listen(Maker.part_made)
    def keep(self, event: Received[Part]) -> None:
        with self.work() as work:
            values = {"aggregate": event.data.aggregate, "version": event.data.version}
            work.session.execute(COUNT_ONE, values)
            note = values | {"number": event.data.number, "sequence": event.sequence}
            work.session.execute(NOTE, note)
            self.have_mood(work.session, event.data.number)

    def have_mood(self, session: Session, number: int) -> None:
        """What a test has asked for in the table of moods."""
        mood = session.scalar(MOOD, {"number": number})
        if mood is None:
            return
        self.note_attempt(number)
        if mood == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if mood == "raise":
            raise RuntimeError("password=hunter2: as the test asked")
        if mood.startswith("sleep "):
            eventlet.sleep(float(mood.removeprefix("sleep ")))
        if mood == "work twice":
            with self.work():
                pass

    def note_attempt(self, number: int) -> None:
        """In a transaction of its own, outside the pool: it stays when the attempt fails."""
        engine = sa.create_engine(settings.database_url(self.name), poolclass=sa.NullPool)
        with engine.begin() as connection:
            connection.execute(TRY, {"number": number})

    @serve(Keeper.count)
    def count(self, request: Count) -> Counted:
        with self.work() as work:
            return Counted(counter=work.session.scalar(COUNTER, {"aggregate": request.aggregate}) or 0)

    @serve(Keeper.add)
    def add(self, request: Add) -> Counted:
        with self.work() as work:
            work.session.execute(ADD, {"name": request.name})
            return work.answer(Counted(counter=work.session.scalar(ADDED, {"name": request.name}) or 0))

    @serve(Keeper.wait)
    def wait(self, request: Wait) -> Nothing:
        eventlet.sleep(request.seconds_tenths / 10)
        return Nothing()

    @serve(Keeper.answer_nonsense)
    def answer_nonsense(self, request: Count) -> Counted:
        return Counted(counter=object())  # type: ignore[arg-type]  # what no contract allows

"""A service of the fault tests that publishes events: for each order a version, a row and an event in one commit."""

from __future__ import annotations

import uuid
from typing import Any

import switches
from drill import Maker, Part
from sqlalchemy import text

from chassis.bus.extension import Bus
from chassis.database.work import UnitOfWork, Work
from chassis.every import every
from chassis.extensions import DependencyProvider

SCHEMA = """
    CREATE TABLE orders (
        number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, aggregate uuid NOT NULL,
        kind text NOT NULL DEFAULT 'made', is_done boolean NOT NULL DEFAULT false);
    CREATE INDEX ON orders (number) WHERE NOT is_done;
    CREATE TABLE versions (aggregate uuid PRIMARY KEY, version bigint NOT NULL);
"""
BATCH = 10
TAKE = text("""
    UPDATE orders SET is_done = true WHERE number IN (
        SELECT number FROM orders WHERE NOT is_done ORDER BY number LIMIT :batch FOR UPDATE SKIP LOCKED)
    RETURNING number, aggregate, kind
""")
VERSION = text("""
    INSERT INTO versions (aggregate, version) VALUES (:aggregate, 1)
    ON CONFLICT (aggregate) DO UPDATE SET version = versions.version + 1 RETURNING version
""")
EVENTS = {"made": Maker.part_made, "sold": Maker.part_sold, "seen": Maker.part_seen}


class OwnBus(DependencyProvider):  # type: ignore[misc]  # nameko is untyped
    """The connection that a service without an outbox publishes on."""

    bus = Bus()

    def get_dependency(self, worker_ctx: Any) -> Bus:
        return self.bus


class MakerService:
    name = Maker.name
    work = UnitOfWork()
    bus = OwnBus()

    @every(0.1)
    def work_off(self) -> None:
        while self.make_some():
            pass

    def make_some(self) -> int:
        with self.work() as work:
            orders = work.session.execute(TAKE, {"batch": BATCH}).all()
            # One order of locks for all replicas.
            for order in sorted(orders, key=lambda order: (str(order.aggregate), order.number)):
                self.make(work, order.number, order.aggregate, order.kind)
        switches.publish_after_commit(self.bus)
        return len(orders)

    def make(self, work: Work, number: int, aggregate: uuid.UUID, kind: str) -> None:
        version = work.session.scalar(VERSION, {"aggregate": aggregate})
        part = Part(number=number, aggregate=aggregate, version=int(version or 0))
        work.announce(EVENTS[kind], part, aggregate=aggregate)

"""The backlog in a service's tables, for the metrics and for `frontdesk outbox status`."""

from __future__ import annotations

import dataclasses
import time

from sqlalchemy import Engine, text

from chassis.process import metrics

EVERY_SECONDS = 10.0

COUNT = text("""
    SELECT (SELECT count(*) FROM outbox WHERE sent_at IS NULL) AS unsent,
           (SELECT count(*) FROM outbox WHERE sent_at IS NULL AND deferred_until IS NOT NULL) AS deferred,
           (SELECT coalesce(extract(epoch FROM now() - min(announced_at)), 0)::float
              FROM outbox WHERE sent_at IS NULL) AS oldest_seconds,
           (SELECT count(*) FROM inbox WHERE state = 'waiting') AS waiting,
           (SELECT count(*) FROM parked WHERE state = 'parked') AS parked
""")


@dataclasses.dataclass(frozen=True, slots=True)
class Backlog:
    """Unsent events and how many of them lack a queue; events to be tried again; messages set aside."""

    unsent: int
    deferred: int
    oldest_seconds: float
    waiting: int
    parked: int


def count(engine: Engine) -> Backlog:
    """The present backlog; each count reads a partial index."""
    with engine.begin() as connection:
        return Backlog(*connection.execute(COUNT).one())


class BacklogGauges:
    """Keeps the gauges of one service up to date; `when_due` is cheap to call often."""

    def __init__(self, engine: Engine, service: str) -> None:
        self._engine = engine
        self._service = service
        self._next = 0.0

    def when_due(self) -> None:
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + EVERY_SECONDS
        found = count(self._engine)
        metrics.outbox_unsent.labels(self._service).set(found.unsent)
        metrics.outbox_oldest.labels(self._service).set(found.oldest_seconds)
        metrics.inbox_waiting.labels(self._service).set(found.waiting)
        metrics.parked_now.labels(self._service).set(found.parked)

"""The inbox: an event is applied once, in order, and retried with growing delays when its handler fails.

The row is written in the transaction of the effect, so an event that comes again finds it. An event that failed
stays in its row and is tried after 1 s, 5 s, 30 s, 2 min and 10 min; later events of its aggregate wait behind it.
After the last attempt it is parked and those behind it are handled.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import random
import uuid
from typing import Any, Protocol

import eventlet
import structlog
from sqlalchemy import exc, text
from sqlalchemy.orm import Session

from chassis.bus.envelope import Received
from chassis.bus.extension import Bus
from chassis.database import engines
from chassis.database.idempotency import ReplyCipher
from chassis.events.parking import REASON_CHARACTERS, storable
from chassis.every import Wakeup
from chassis.extensions import Shared
from chassis.process import metrics
from chassis.process.crashpoints import reach

log = structlog.get_logger(__name__)

SWEEP_SECONDS = 0.5
# Between two sweeps while nothing waits: for what another process left, or somebody replays.
IDLE_SECONDS = 2.0
LEASE_SECONDS = 60
DUE_BATCH = 50

CLAIM = text("""
    INSERT INTO inbox (handler, event_id, aggregate, sequence, state, next_attempt_at, body, done_at)
    SELECT :handler, :event_id, :aggregate, :sequence, state, CASE state WHEN 'waiting' THEN now() END,
           CASE state WHEN 'waiting' THEN CAST(:body AS bytea) END, CASE state WHEN 'done' THEN now() END
    FROM (SELECT CASE WHEN EXISTS (SELECT FROM inbox WHERE handler = :handler AND aggregate = :aggregate
                                   AND state = 'waiting') THEN 'waiting' ELSE 'done' END AS state) AS next
    ON CONFLICT (handler, event_id) DO NOTHING
    RETURNING state
""")
CLAIM_AGAIN = text("""
    UPDATE inbox SET state = 'done', done_at = now(), body = NULL, next_attempt_at = NULL
    WHERE handler = :handler AND event_id = :event_id AND state = 'waiting'
      AND NOT EXISTS (SELECT FROM inbox earlier
                      WHERE earlier.handler = :handler AND earlier.aggregate = :aggregate
                        AND earlier.state = 'waiting' AND earlier.sequence < :sequence)
    RETURNING state
""")
FAILED_FIRST = text("""
    INSERT INTO inbox (handler, event_id, aggregate, sequence, state, attempts, next_attempt_at, reason, body)
    VALUES (:handler, :event_id, :aggregate, :sequence, 'waiting', 1,
            now() + make_interval(secs => :seconds), :reason, :body)
    ON CONFLICT (handler, event_id) DO NOTHING
""")
FAILED_AGAIN = text("""
    UPDATE inbox SET attempts = attempts + 1, next_attempt_at = now() + make_interval(secs => :seconds),
                     reason = :reason
    WHERE handler = :handler AND event_id = :event_id AND state = 'waiting'
""")
PARK = text("""
    WITH given_up AS (
        UPDATE inbox SET state = 'parked', attempts = attempts + 1, next_attempt_at = NULL, reason = :reason
        WHERE handler = :handler AND event_id = :event_id AND state = 'waiting' RETURNING body)
    INSERT INTO parked (id, handler, event_id, reason, exchange, routing_key, content_type, headers, body)
    SELECT gen_random_uuid(), :handler, :event_id, :reason, :exchange, :routing_key, 'application/json', '{}', body
    FROM given_up
""")
DUE = text("""
    UPDATE inbox SET next_attempt_at = now() + make_interval(secs => :lease)
    WHERE (handler, event_id) IN (
        SELECT handler, event_id FROM inbox due
        WHERE state = 'waiting' AND next_attempt_at <= now() AND handler = ANY(:handlers)
          AND NOT EXISTS (SELECT FROM inbox earlier
                          WHERE earlier.state = 'waiting' AND earlier.handler = due.handler
                            AND earlier.aggregate = due.aggregate AND earlier.sequence < due.sequence)
        ORDER BY next_attempt_at LIMIT :batch FOR UPDATE SKIP LOCKED)
    RETURNING handler, event_id, attempts, body
""")
LOOK = text("""
    SELECT EXISTS (SELECT FROM inbox WHERE state = 'waiting' AND handler = ANY(:handlers))
        OR EXISTS (SELECT FROM parked WHERE state = 'replaying' AND handler = ANY(:handlers))
""")
REPLAYING = text("""
    DELETE FROM parked WHERE id IN (
        SELECT id FROM parked WHERE state = 'replaying' AND handler = ANY(:handlers)
        ORDER BY parked_at LIMIT :batch FOR UPDATE SKIP LOCKED)
    RETURNING id, handler, event_id, exchange, routing_key, content_type, headers, body
""")
REVIVE = text("""
    INSERT INTO inbox (handler, event_id, aggregate, sequence, state, attempts, next_attempt_at, body)
    VALUES (:handler, :event_id, :aggregate, :sequence, 'waiting', 0, now(), :body)
    ON CONFLICT (handler, event_id) DO UPDATE
    SET state = 'waiting', attempts = 0, next_attempt_at = now(), body = excluded.body, reason = NULL
    WHERE inbox.state = 'parked'
""")
PARK_AGAIN = text("""
    INSERT INTO parked (id, handler, event_id, reason, exchange, routing_key, content_type, headers, body)
    VALUES (:id, :handler, :event_id, :reason, :exchange, :routing_key, :content_type, CAST(:headers AS jsonb), :body)
""")


class AlreadyHandled(Exception):
    """This handler has applied this event before."""


class WaitsBehind(Exception):
    """An earlier event of the aggregate has not succeeded yet; this one is stored behind it."""


class Handler(Protocol):
    """What the inbox needs of an event entrypoint."""

    queue_name: str
    exchange_name: str
    routing_key: str

    def parse(self, body: bytes) -> Received[Any]: ...
    def run_again(self, claim: Claim) -> None: ...


@dataclasses.dataclass(slots=True)
class Claim:
    """One event's part in the transaction of its handler."""

    handler: str
    received: Received[Any]
    body: bytes
    attempts: int = 0
    is_again: bool = False
    is_used: bool = False

    def opening(self) -> str:
        """The lock that lets one event of this aggregate at a time be applied by this handler."""
        if self.is_used:
            raise RuntimeError(f"{self.handler} opened a second unit of work: one event, one transaction")
        self.is_used = True
        lane = f"{self.handler} {self.received.aggregate}".encode()
        number = int.from_bytes(hashlib.blake2b(lane, digest_size=8).digest(), signed=True)
        return f"SELECT pg_advisory_xact_lock({number})"

    def begin(self, session: Session, _cipher: ReplyCipher) -> None:
        """Claim the event in the open transaction. Raises `AlreadyHandled` or, having stored it, `WaitsBehind`."""
        reach("inbox.before_claim")
        state = session.scalar(CLAIM_AGAIN if self.is_again else CLAIM, self.key() | {"body": self.body})
        if state is None:
            raise AlreadyHandled
        if state == "waiting":
            session.commit()
            raise WaitsBehind
        reach("inbox.after_claim")

    def answer(self, session: Session, reply: object) -> None:
        """Nothing: an event has no reply."""

    def before_commit(self) -> None:
        reach("inbox.before_commit")

    def key(self) -> dict[str, Any]:
        return {
            "handler": self.handler,
            "event_id": self.received.id,
            "aggregate": self.received.aggregate,
            "sequence": self.received.sequence,
        }


class Inbox(Shared):
    """Retries the events that are due, and takes replayed messages back."""

    bus = Bus()

    def prepare(self) -> None:
        self.handlers: dict[str, Handler] = {}
        self.delays = self.bus.settings.retry_delays_seconds
        self._engine = engines.engine_for(
            self.container.service_name, pool_size=self.bus.settings.database_pool
        )
        self._wakeup = Wakeup()
        self._is_idle = True

    def start(self) -> None:
        self._greenlet = eventlet.spawn(self._run)

    def stop(self) -> None:
        self._greenlet.kill()

    def kill(self) -> None:
        self.stop()

    def add(self, handler: Handler) -> None:
        self.handlers[handler.queue_name] = handler

    def failed(self, claim: Claim, error: BaseException) -> None:
        """Store a failed attempt: the event is retried later, or parked after the last attempt."""
        attempts = claim.attempts + 1
        reason = storable(f"{type(error).__name__}: {error}")[:REASON_CHARACTERS]
        handler = self.handlers[claim.handler]
        with Session(self._engine) as session, session.begin():
            if attempts > len(self.delays):
                self._park(session, handler, claim.received.id, reason)
                return
            seconds = self.delays[attempts - 1] * random.uniform(1.0, 1.25)  # jitter
            statement = FAILED_AGAIN if claim.is_again else FAILED_FIRST
            session.execute(
                statement, claim.key() | {"seconds": seconds, "reason": reason, "body": claim.body}
            )
        if self._is_idle:
            self._is_idle = False
            self._wakeup.notify()
        log.warning(
            "event_failed",
            handler=claim.handler,
            event_id=str(claim.received.id),
            attempts=attempts,
            reason=reason,
        )

    def _park(self, session: Session, handler: Handler, event_id: uuid.UUID, reason: str) -> None:
        """Park a waiting event; those of its aggregate that wait behind it are handled."""
        values = {"handler": handler.queue_name, "event_id": event_id, "reason": reason}
        names = {"exchange": handler.exchange_name, "routing_key": handler.routing_key}
        session.execute(PARK, values | names)
        metrics.parked.labels(self.container.service_name, handler.queue_name).inc()
        log.error("event_parked", handler=handler.queue_name, event_id=str(event_id), reason=reason)

    def _run(self) -> None:
        pause = SWEEP_SECONDS
        while True:
            self._wakeup.sleep(pause * random.uniform(0.8, 1.2))
            try:
                self._is_idle = not self._is_anything_waiting()
                pause = IDLE_SECONDS if self._is_idle else SWEEP_SECONDS
                while not self._is_idle and self._sweep():
                    pass
            except exc.SQLAlchemyError as error:
                log.warning("inbox_waits", service=self.container.service_name, reason=repr(error))
                pause = min(pause * 2, 5.0)
            except Exception:  # a sweeper that dies would leave events nobody tries again
                log.exception("inbox_failed", service=self.container.service_name)

    def _is_anything_waiting(self) -> bool:
        if not self.handlers:
            return False
        with self._engine.begin() as connection:
            return bool(connection.scalar(LOOK, {"handlers": list(self.handlers)}))

    def _sweep(self) -> int:
        """Retry what is due and take back what is replayed; returns how many rows that were."""
        names = {"handlers": list(self.handlers), "batch": DUE_BATCH}
        with self._engine.begin() as connection:
            due = connection.execute(DUE, names | {"lease": LEASE_SECONDS}).all()
        pool = eventlet.GreenPool(DUE_BATCH)
        for row in due:
            pool.spawn_n(self._retry, row)
        pool.waitall()
        with self._engine.begin() as connection:
            replaying = connection.execute(REPLAYING, names).all()
            for row in replaying:
                self._take_back(connection, row)
        return len(due) + len(replaying)

    def _retry(self, row: Any) -> None:
        handler = self.handlers[row.handler]
        try:
            received = handler.parse(bytes(row.body))
        except ValueError as error:
            # It was readable when it came: the contract has changed under it. Those behind it must flow.
            with Session(self._engine) as session, session.begin():
                self._park(session, handler, row.event_id, storable(error)[:REASON_CHARACTERS])
            return
        claim = Claim(row.handler, received, bytes(row.body), attempts=row.attempts, is_again=True)
        handler.run_again(claim)

    def _take_back(self, connection: Any, row: Any) -> None:
        """Make a parked message an event that is due, or park it again with what is still wrong."""
        try:
            received = self.handlers[row.handler].parse(bytes(row.body))
        except ValueError as error:
            values = row._asdict() | {
                "reason": storable(error)[:REASON_CHARACTERS],
                "headers": json.dumps(row.headers),
            }
            connection.execute(PARK_AGAIN, values)
            return
        claim = Claim(row.handler, received, bytes(row.body))
        connection.execute(REVIVE, claim.key() | {"body": bytes(row.body)})

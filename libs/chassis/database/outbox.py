"""The transactional outbox: events stored with the change, and the relay that publishes them in order."""

from __future__ import annotations

import dataclasses
import datetime
import random
import time
import uuid
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import eventlet
import structlog
from eventlet.event import Event as Signal
from kombu import Exchange
from sqlalchemy import Connection, exc, text
from sqlalchemy.orm import Session

from chassis import context
from chassis.bus import envelope
from chassis.bus.confirms import ConfirmedPublisher, Outgoing
from chassis.bus.extension import Bus
from chassis.database import engines
from chassis.database.backlog import BacklogGauges
from chassis.database.cleaning import Cleaner
from chassis.errors import ServiceUnavailable
from chassis.extensions import Shared
from chassis.process import metrics
from chassis.process.crashpoints import reach
from wire.contract import Event, JsonValue

log = structlog.get_logger(__name__)

Payload = TypeVar("Payload")

BATCH = 200
# A batch of one aggregate waits for the broker two hundred times, in a transaction that may idle for thirty seconds.
BATCH_SECONDS = 5.0
POLL_SECONDS = 2.0
BUSY_SECONDS = 0.05
DEFER_SECONDS = 5
RELAY_LOCK = 7_203_501

STORE = text("""
    WITH numbered AS (
        INSERT INTO aggregate_sequences (aggregate, last) VALUES (:aggregate, 1)
        ON CONFLICT (aggregate) DO UPDATE SET last = aggregate_sequences.last + 1
        RETURNING last)
    INSERT INTO outbox (event_id, account_id, aggregate, sequence, exchange, routing_key, is_owed, body)
    SELECT :event_id, :account_id, :aggregate, last, :exchange, :routing_key, :is_owed, :body FROM numbered
""")
UNSENT = text("""
    SELECT position, event_id, aggregate, sequence, exchange, routing_key, is_owed, body FROM outbox o
    WHERE sent_at IS NULL AND (deferred_until IS NULL OR deferred_until <= now())
      AND NOT EXISTS (SELECT FROM outbox earlier
                      WHERE earlier.aggregate = o.aggregate AND earlier.position < o.position
                        AND earlier.sent_at IS NULL AND earlier.deferred_until > now())
    ORDER BY position LIMIT :batch
""")
MARK = text("UPDATE outbox SET sent_at = now(), deferred_until = NULL WHERE position = ANY(:positions)")
DEFER = text("""
    UPDATE outbox SET deferred_until = now() + make_interval(secs => :seconds) WHERE position = ANY(:positions)
""")
LOCK = text("SELECT pg_try_advisory_xact_lock(:key)")


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Announcement:
    """An event that a transaction announces."""

    event_id: uuid.UUID
    account_id: uuid.UUID | None
    aggregate: str
    exchange: str
    routing_key: str
    is_owed: bool
    body: str


def announcement(
    event: Event[Payload],
    payload: Payload,
    *,
    aggregate: uuid.UUID,
    account_id: uuid.UUID | None,
    previous: Mapping[str, JsonValue],
    time: datetime.datetime,
) -> Announcement:
    """An event about one aggregate, with the present context as its cause."""
    event_id = uuid.uuid4()
    now = context.current()
    account_id = account_id or now.account_id
    subject = f"{event.routing_key.partition('.')[0]}/{aggregate}"
    body = envelope.write(
        event,
        payload,
        event_id=event_id,
        time=time,
        account_id=account_id,
        aggregate=subject,
        correlation_id=now.correlation_id,
        causation_id=now.causation_id,
        traceparent=now.traceparent,
        previous=previous,
    )
    return Announcement(
        event_id=event_id,
        account_id=account_id,
        aggregate=subject,
        exchange=event.exchange,
        routing_key=event.routing_key,
        is_owed=event.is_owed,
        body=body,
    )


def store(session: Session, announcements: Sequence[Announcement]) -> None:
    """Write the events into the open transaction, numbered per aggregate.

    Aggregates are locked in one order, whatever order they were announced in, so two transactions cannot wait for
    each other.
    """
    for owed in sorted(announcements, key=lambda announced: announced.aggregate):
        session.execute(STORE, dataclasses.asdict(owed))


class Relay(Shared):
    """Publishes a service's outbox. Every replica runs one, an advisory lock lets one work at a time: order per
    aggregate holds, and when the one at work dies its lock dies with its connection."""

    bus = Bus()

    def prepare(self) -> None:
        pool_size = self.bus.settings.database_pool
        self.engine = engines.engine_for(self.container.service_name, pool_size=pool_size)
        self._connection = self.bus.connection("relay")
        exchange = Exchange(f"{self.container.service_name}.events", type="topic", durable=True)
        self._publisher = ConfirmedPublisher(self._connection, exchange)
        self._publisher.on_published = lambda: reach("relay.after_publish")  # type: ignore[method-assign]
        self._signal = Signal()
        self._is_stopping = False

    def start(self) -> None:
        self._connection.start()
        self._greenlet = eventlet.spawn(self._run)

    def stop(self) -> None:
        """Send what is committed, for a second at most; the rest waits in the table."""
        self._is_stopping = True
        self.wake()
        with eventlet.Timeout(1, False):
            self._greenlet.wait()
        self._greenlet.kill()
        self._connection.stop()

    def kill(self) -> None:
        self.stop()

    def wake(self) -> None:
        """Look into the outbox now: something was committed."""
        if not self._signal.ready():
            self._signal.send(None)

    def _run(self) -> None:
        pause = POLL_SECONDS
        gauges = BacklogGauges(self.engine, self.container.service_name)
        cleaner = Cleaner(self.engine)
        while True:
            is_last = self._is_stopping
            with eventlet.Timeout(0 if is_last else pause * random.uniform(0.8, 1.2), False):
                self._signal.wait()
            self._signal = Signal()
            try:
                pause = self._sweep_all()
                gauges.when_due()
                cleaner.when_due()
            except ServiceUnavailable as error:
                log.warning("relay_waits", service=self.container.service_name, reason=str(error))
                pause = POLL_SECONDS
            except exc.SQLAlchemyError as error:
                log.warning("relay_waits", service=self.container.service_name, reason=repr(error))
                pause = POLL_SECONDS
            except Exception:  # a relay that dies would leave events nobody sends
                log.exception("relay_failed", service=self.container.service_name)
                pause = POLL_SECONDS
            if is_last:
                return

    def _sweep_all(self) -> float:
        """Publish until nothing is left; returns the seconds to wait before looking again."""
        while True:
            is_all = self._sweep()
            if is_all is None:
                return BUSY_SECONDS
            if is_all:
                return POLL_SECONDS

    def _sweep(self) -> bool | None:
        """Publish one batch; whether that was all there is, None when another replica holds the lock."""
        with self.engine.begin() as connection:
            if not connection.scalar(LOCK, {"key": RELAY_LOCK}):
                return None
            rows = connection.execute(UNSENT, {"batch": BATCH}).all()
            is_whole = not rows or self._publish(connection, rows)
        if rows:
            reach("relay.after_mark")
        return is_whole and len(rows) < BATCH

    def _publish(self, connection: Connection, rows: Sequence[Any]) -> bool:
        """Publish the batch wave by wave: an event goes only when the one before it of its aggregate is confirmed.

        A queue that refuses one event may well take the next: that would be heard before it. Returns whether there
        was time for all waves; what there was none for stays in the outbox.
        """
        ends_at = time.monotonic() + BATCH_SECONDS
        reach("relay.before_publish")
        sent: list[Any] = []
        refused: list[Any] = []
        ahead = deque(waves(rows))
        while ahead and time.monotonic() < ends_at:
            wave = ahead.popleft()
            held = {row.aggregate for row in refused}
            going = [row for row in wave if row.aggregate not in held]
            not_taken = self._publisher.publish([_outgoing(row) for row in going]) if going else set()
            refused += [row for row in going if str(row.event_id) in not_taken]
            sent += [row for row in going if str(row.event_id) not in not_taken]
        reach("relay.after_confirm")
        service = self.container.service_name
        metrics.outbox_sent.labels(service).inc(len(sent))
        connection.execute(MARK, {"positions": [row.position for row in sent]})
        if refused:
            metrics.outbox_returned.labels(service).inc(len(refused))
            log.error("owed_event_has_no_queue", service=service, count=len(refused))
            positions = [row.position for row in refused]
            connection.execute(DEFER, {"positions": positions, "seconds": DEFER_SECONDS})
        return not ahead


def waves(rows: Sequence[Any]) -> list[list[Any]]:
    """The rows in as few groups as keep any two of one aggregate apart, and in order."""
    found: list[list[Any]] = []
    behind: Counter[str] = Counter()
    for row in rows:
        if behind[row.aggregate] == len(found):
            found.append([])
        found[behind[row.aggregate]].append(row)
        behind[row.aggregate] += 1
    return found


def _outgoing(row: Any) -> Outgoing:
    return Outgoing(
        message_id=str(row.event_id),
        body=envelope.number(row.body, row.sequence),
        exchange=row.exchange,
        routing_key=row.routing_key,
        is_mandatory=row.is_owed,
    )

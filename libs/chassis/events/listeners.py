"""The event handlers `@listen` (once, durably, in order) and `@listen_broadcast` (in every process, nothing stored)."""

from __future__ import annotations

import time
import uuid
from collections import deque
from typing import Any

import eventlet
import structlog
from eventlet.event import Event as Signal
from kombu import Exchange, Queue
from sqlalchemy import exc

from chassis import context
from chassis.bus import validation
from chassis.bus.delivery import Consumer, Delivery
from chassis.bus.envelope import Received, read
from chassis.bus.extension import Bus
from chassis.bus.validation import Unacceptable
from chassis.context import Context
from chassis.database import engines, work
from chassis.events.inbox import AlreadyHandled, Claim, Inbox, WaitsBehind
from chassis.events.parking import Parking
from chassis.extensions import Entrypoint
from chassis.process import metrics
from chassis.process.container import ENTER
from chassis.process.crashpoints import reach
from wire.contract import Event

log = structlog.get_logger(__name__)

DEAD_EXCHANGE = Exchange("frontdesk.dead", type="direct", durable=True)
DELIVERY_LIMIT = 20
CONFLICT_TRIES = 5
QUEUE_LENGTH_MAX = 5_000_000


def queue_name(event: Event[Any], service: str, method: str) -> str:
    """nameko's name, which says both ends: `evt-accounts-account.created--billing.open_trial`."""
    return f"evt-{event.owner}-{event.routing_key}--{service}.{method}"


def event_queue(event: Event[Any], service: str, method: str) -> Queue:
    """The queue of one handler.

    Quorum: it survives the loss of a node. One active consumer: two replicas would apply events of one aggregate in
    any order. A message that comes back more than twenty times, because it ends the process each time, goes to the
    service's dead letters and from there to its parked messages.
    """
    name = queue_name(event, service, method)
    return Queue(
        name,
        exchange=Exchange(event.exchange, type="topic", durable=True),
        routing_key=event.routing_key,
        durable=True,
        queue_arguments={
            "x-queue-type": "quorum",
            "x-single-active-consumer": True,
            "x-delivery-limit": DELIVERY_LIMIT,
            "x-dead-letter-exchange": DEAD_EXCHANGE.name,
            "x-dead-letter-routing-key": service,
            "x-dead-letter-strategy": "at-least-once",
            "x-overflow": "reject-publish",
            "x-max-length": QUEUE_LENGTH_MAX,
        },
    )


def dead_queue(service: str) -> Queue:
    """The queue of a service's dead letters, until they are parked."""
    return Queue(
        f"dead--{service}",
        exchange=DEAD_EXCHANGE,
        routing_key=service,
        durable=True,
        queue_arguments={"x-queue-type": "quorum"},
    )


class DeadLetters(Parking):
    """Parks the messages of the service's dead letter queue."""

    bus = Bus()

    def prepare(self) -> None:
        queue = dead_queue(self.container.service_name)
        self.bus.consuming.add_consumer(Consumer(queue=queue, callback=self._dead, prefetch=10))

    def _dead(self, delivery: Delivery) -> None:
        deaths = delivery.headers.get("x-death")
        death = deaths[0] if isinstance(deaths, list) and deaths and isinstance(deaths[0], dict) else {}
        queue, service = death.get("queue"), self.container.service_name
        # Anybody can write that header: only a queue of ours names a handler.
        is_ours = isinstance(queue, str) and queue.startswith("evt-") and f"--{service}." in queue
        handler = str(queue) if is_ours else f"dead--{service}"
        self.park(handler, delivery, f"dead letter: {death.get('reason')}")


class Listen(Entrypoint):
    """Calls the method once for each event, in the order of each aggregate.

    The method takes a `Received` and opens one unit of work: the inbox row is part of it. Whatever it raises counts
    as a failed attempt, except that its own database is down: then the event waits.
    """

    bus = Bus()
    inbox = Inbox()
    dead_letters = DeadLetters()

    def __init__(self, event: Event[Any], **options: Any) -> None:
        super().__init__(**options)
        self.event = event
        self.exchange_name = event.exchange
        self.routing_key = event.routing_key
        self._lanes: dict[str, deque[tuple[Claim, Delivery]]] = {}

    def setup(self) -> None:
        service = self.container.service_name
        self.queue_name = queue_name(self.event, service, self.method_name)
        self.inbox.add(self)
        self.bus.consuming.add_consumer(
            Consumer(
                queue=event_queue(self.event, service, self.method_name),
                callback=self._arrived,
                on_failure=self._set_aside,
                prefetch=self.bus.settings.event_prefetch,
            )
        )

    def stop(self) -> None:
        self.bus.consuming.stop_consuming()

    def parse(self, body: bytes) -> Received[Any]:
        return read(self.event, body)

    def _arrived(self, delivery: Delivery) -> None:
        """In the reader: validate, then queue the event behind those of its aggregate that are being handled."""
        try:
            received = validation.read_event(delivery, self.event)
        except Unacceptable as unacceptable:
            self.dead_letters.park(self.queue_name, delivery, str(unacceptable))
            return
        claim = Claim(self.queue_name, received, delivery.body)
        lane = self._lanes.get(received.aggregate)
        if lane is not None:
            lane.append((claim, delivery))
            return
        self._lanes[received.aggregate] = deque([(claim, delivery)])
        eventlet.spawn_n(self._work_lane, received.aggregate)

    def _work_lane(self, aggregate: str) -> None:
        lane = self._lanes[aggregate]
        while lane:
            claim, delivery = lane[0]
            try:
                self._handle(claim, delivery)
            except Exception as error:  # one event's trouble must not end its aggregate's lane
                log.exception("event_not_handled", handler=self.queue_name)
                self._set_aside(delivery, error)
            lane.popleft()
        del self._lanes[aggregate]

    def _set_aside(self, delivery: Delivery, error: Exception) -> None:
        self.dead_letters.park(self.queue_name, delivery, f"not handled: {error!r}")

    def _handle(self, claim: Claim, delivery: Delivery) -> None:
        while not delivery.is_stale:
            if self._settle(claim):
                delivery.ack()
                reach("inbox.after_ack")
                return
            # The database is down. The message stays unacknowledged and uses up no attempt.
            eventlet.sleep(1.0)

    def run_again(self, claim: Claim) -> None:
        """Another attempt, from the inbox."""
        if not self._settle(claim):
            log.warning("attempt_postponed", handler=self.queue_name, event_id=str(claim.received.id))

    def _settle(self, claim: Claim) -> bool:
        """Apply the event, or note that it failed; False when the database was not available for either."""
        started = time.perf_counter()
        error = self._attempt(claim)
        outcome = "done" if error is None else "failed"
        if error is not None and engines.is_outage(error):
            log.warning("handler_waits", handler=self.queue_name, reason=repr(error))
            return False
        if error is not None:
            try:
                self.inbox.failed(claim, error)
            except exc.SQLAlchemyError as trouble:
                log.warning("failure_not_noted", handler=self.queue_name, reason=repr(trouble))
                return False
        metrics.events_handled.labels(self.queue_name, outcome).observe(time.perf_counter() - started)
        metrics.event_age.labels(self.queue_name).observe(
            max(0.0, time.time() - claim.received.time.timestamp())
        )
        return True

    def _attempt(self, claim: Claim) -> BaseException | None:
        for _ in range(CONFLICT_TRIES):
            claim.is_used = False
            error = self._run(claim)
            if error is None or not engines.is_conflict(error):
                break
        return error

    def _run(self, claim: Claim) -> BaseException | None:
        """Run the method in a worker and wait for it; returns what it raised."""
        finished = Signal()

        def enter() -> None:
            context.enter(event_context(claim.received))
            work.participant.set(claim)

        def finish(_: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
            finished.send(exc_info)
            return result, exc_info

        self.container.spawn_worker(
            self, (claim.received,), {}, context_data={ENTER: enter}, handle_result=finish
        )
        exc_info = finished.wait()
        if exc_info is None:
            reach("inbox.after_commit")
            if not claim.is_used:
                return RuntimeError(f"{self.queue_name} opened no unit of work: it would run again and again")
            return None
        error: BaseException = exc_info[1]
        if isinstance(error, AlreadyHandled):
            log.info("event_absorbed", handler=self.queue_name, event_id=str(claim.received.id))
            return None
        if isinstance(error, WaitsBehind):
            return None
        if not engines.is_outage(error) and not engines.is_conflict(error):
            log.error("handler_raised", handler=self.queue_name, exc_info=exc_info)
        return error


def event_context(received: Received[Any]) -> Context:
    """The context in which an event is handled: its own account and correlation, itself as the cause."""
    return Context(
        correlation_id=received.correlation_id,
        account_id=received.account_id,
        causation_id=received.id,
        traceparent=received.traceparent,
    )


class ListenBroadcast(Entrypoint):
    """Calls the method in every process that is there, for each event that passes while it is connected.

    Nothing is stored and nothing repeated: for caches, which must forget what they know when the connection goes down.
    """

    bus = Bus()

    def __init__(self, event: Event[Any], **options: Any) -> None:
        super().__init__(**options)
        self.event = event

    def setup(self) -> None:
        name = f"{queue_name(self.event, self.container.service_name, self.method_name)}-{uuid.uuid4()}"
        queue = Queue(
            name,
            exchange=Exchange(self.event.exchange, type="topic", durable=True),
            routing_key=self.event.routing_key,
            durable=False,
            exclusive=True,
            auto_delete=True,
        )
        self.bus.consuming.add_consumer(Consumer(queue=queue, callback=self._arrived, is_acknowledged=False))

    def _arrived(self, delivery: Delivery) -> None:
        try:
            received = validation.read_event(delivery, self.event)
        except Unacceptable as unacceptable:
            log.error("message_dropped", event_name=repr(self.event), reason=str(unacceptable))
            return
        self.container.spawn_worker(
            self,
            (received,),
            {},
            context_data={ENTER: lambda: context.enter(event_context(received))},
            handle_result=self._finished,
        )

    def _finished(self, _: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
        if exc_info is not None:
            log.error("broadcast_failed", event_name=repr(self.event), exc_info=exc_info)
        return result, exc_info


listen = Listen.decorator
listen_broadcast = ListenBroadcast.decorator

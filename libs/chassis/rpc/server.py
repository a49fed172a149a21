"""The RPC server: a service's queue, its limit of workers, and the entrypoint `@serve`."""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any

import structlog
from kombu import Exchange, Queue
from marshmallow import ValidationError

from chassis import context, errors, field_errors
from chassis.bus import validation
from chassis.bus.delivery import Consumer, Delivery
from chassis.bus.extension import Bus
from chassis.bus.validation import Unacceptable
from chassis.context import Context
from chassis.database import engines, work
from chassis.database.idempotency import IdempotentWrite, Replayed
from chassis.errors import BusError, MalformedRequest, MethodUnknown, ServiceUnavailable
from chassis.events.parking import Parking
from chassis.extensions import Entrypoint, Shared
from chassis.process import metrics
from chassis.process.container import ENTER
from wire import schema
from wire.contract import FieldError, Refusal, Rpc

log = structlog.get_logger(__name__)

RPC_EXCHANGE = Exchange("nameko-rpc", type="topic", durable=True)
TRANSIENT = 1


def rpc_queue(service: str) -> Queue:
    """The queue every replica of a service takes its calls from: classic, for calls live seconds."""
    return Queue(f"rpc-{service}", exchange=RPC_EXCHANGE, routing_key=f"{service}.*", durable=True)


class RpcServer(Shared):
    """Takes a service's calls from its queue, at most `FRONTDESK_WORKERS` at a time.

    A call is acknowledged when it starts: it runs once or not at all, whatever dies. Who wants a lost one done sends
    it again with its idempotency key.
    """

    bus = Bus()
    parking = Parking()

    def prepare(self) -> None:
        self._waiting: deque[Callable[[], None]] = deque()
        self._running = 0
        self._limit = self.bus.settings.workers
        service = self.container.service_name
        self._by_key: dict[str, Serve] = {}
        self.bus.consuming.add_consumer(
            Consumer(
                queue=rpc_queue(service),
                callback=self._arrived,
                on_failure=self._set_aside,
                prefetch=self._limit * 2,
            )
        )

    def register(self, serve: Serve) -> None:
        self._by_key[f"{serve.rpc.owner}.{serve.rpc.name}"] = serve

    def _arrived(self, delivery: Delivery) -> None:
        """In the reader: validate, then start the call or queue it behind those that run."""
        address = validation.reply_address(delivery)
        try:
            call_context, arguments = validation.read_call(delivery)
        except Unacceptable as unacceptable:
            self._refuse(delivery, address, unacceptable)
            return
        if address is None:
            self._refuse(
                delivery, None, Unacceptable("no reply_to or correlation_id: nobody would get the answer")
            )
            return
        serve = self._by_key.get(delivery.routing_key)
        if serve is None:
            delivery.ack()
            self.answer(address, failure=MethodUnknown(delivery.routing_key))
            return
        start = partial(self._start, serve, delivery, address, call_context, arguments)
        if self._running < self._limit:
            start()
        else:
            self._waiting.append(start)

    def _set_aside(self, delivery: Delivery, error: Exception) -> None:
        self.parking.park(f"rpc-{self.container.service_name}", delivery, f"not handled: {error!r}")

    def _refuse(self, delivery: Delivery, address: tuple[str, str] | None, why: Unacceptable) -> None:
        if address is None:
            self.parking.park(f"rpc-{self.container.service_name}", delivery, str(why))
            return
        delivery.ack()
        self.answer(address, failure=MalformedRequest(str(why)))

    def _start(
        self,
        serve: Serve,
        delivery: Delivery,
        address: tuple[str, str],
        call_context: Context,
        arguments: dict[str, Any],
    ) -> None:
        if delivery.is_stale:
            return
        delivery.ack()
        left = call_context.seconds_left()
        if left is not None and left <= 0:
            metrics.rpc_served.labels(repr(serve.rpc), "late").observe(0)
            log.info("late_call_refused", rpc=repr(serve.rpc), seconds_late=round(-left, 3))
            return
        try:
            request = schema.load(serve.rpc.request, arguments)
        except ValidationError as invalid:
            self.answer(address, failure=MalformedRequest(errors=field_errors.field_errors(invalid.messages)))
            return
        self._running += 1
        started = time.perf_counter()

        def enter() -> None:
            context.enter(call_context)
            work.participant.set(IdempotentWrite.of(serve.rpc, request, call_context))

        def finish(_: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
            self._running -= 1
            try:
                outcome = self._finish(serve.rpc, address, result, exc_info)
            except Exception:  # what cannot be written down; whoever waits must get an answer
                log.exception("reply_unwritable", rpc=repr(serve.rpc))
                outcome = "failed"
                self.answer(address, failure=errors.RemoteFailure())
            metrics.rpc_served.labels(repr(serve.rpc), outcome).observe(time.perf_counter() - started)
            while self._waiting and self._running < self._limit:
                self._waiting.popleft()()
            return result, exc_info

        self.container.spawn_worker(serve, (request,), {}, context_data={ENTER: enter}, handle_result=finish)

    def _finish(self, rpc: Rpc[Any, Any], address: tuple[str, str], result: Any, exc_info: Any) -> str:
        """Send the outcome; returns its name for the metrics."""
        if exc_info is None:
            if type(result) is not rpc.reply:
                log.error("reply_breaks_contract", rpc=repr(rpc), got=type(result).__name__)
                self.answer(address, failure=errors.RemoteFailure())
                return "failed"
            self.answer(address, result=schema.dump(result))
            return "answered"
        error: BaseException = exc_info[1]
        if isinstance(error, Replayed):
            self.answer(address, result=error.reply, is_replayed=True)
            return "replayed"
        if isinstance(error, Refusal) and isinstance(error, rpc.refuses):
            self.answer(address, refusal=error)
            return "refused"
        self.answer(address, failure=_as_bus_error(rpc, error, exc_info))
        return "failed"

    def answer(
        self,
        address: tuple[str, str],
        *,
        result: dict[str, Any] | None = None,
        refusal: Refusal | None = None,
        failure: BusError | None = None,
        is_replayed: bool = False,
    ) -> None:
        """Send one of three: a result, a refusal, a failure."""
        error: Exception | None = refusal or failure
        body: dict[str, Any] = {"result": result, "error": None if error is None else _error(error)}
        if is_replayed:
            body["is_replayed"] = True
        reply_to, correlation_id = address
        try:
            self.bus.publishing.publish(
                json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode(errors="replace"),
                exchange=RPC_EXCHANGE.name,
                routing_key=reply_to,
                headers={},
                properties={"correlation_id": correlation_id, "delivery_mode": TRANSIENT},
            )
        except ServiceUnavailable as unavailable:
            log.warning("reply_lost", reason=str(unavailable))


def _as_bus_error(rpc: Rpc[Any, Any], error: BaseException, exc_info: Any) -> BusError:
    """What a caller may know of an error that is no refusal."""
    if isinstance(error, BusError) and not isinstance(error, MalformedRequest):
        return error
    if engines.is_outage(error):
        log.warning("database_unavailable", rpc=repr(rpc), reason=repr(error))
        return ServiceUnavailable("the database is not available")
    log.error("rpc_failed", rpc=repr(rpc), exc_info=exc_info)
    return errors.RemoteFailure()


def _error(error: Exception) -> dict[str, Any]:
    """nameko's error form, plus what our own clients read: code, detail, errors, facts."""
    kind = type(error)
    wrong_fields: tuple[FieldError, ...] = getattr(error, "errors", ())
    detail = error.detail if isinstance(error, Refusal) else str(error)
    return {
        "exc_type": kind.__name__,
        "exc_path": f"{kind.__module__}.{kind.__name__}",
        "exc_args": [detail],
        "value": detail,
        "code": getattr(error, "code", BusError.code),
        "detail": detail,
        "errors": [schema.dump(wrong) for wrong in wrong_fields],
        "facts": dict(getattr(error, "facts", {})),
    }


class Serve(Entrypoint):
    """Answers one RPC of the service's contract with the method of the same name."""

    server = RpcServer()

    def __init__(self, rpc: Rpc[Any, Any], **options: Any) -> None:
        super().__init__(**options)
        self.rpc = rpc

    def setup(self) -> None:
        served = f"{self.container.service_name}.{self.method_name}"
        if served != repr(self.rpc):
            raise TypeError(f"{served} serves {self.rpc!r}: names must match")
        self.server.register(self)

    def stop(self) -> None:
        self.server.bus.consuming.stop_consuming()


serve = Serve.decorator

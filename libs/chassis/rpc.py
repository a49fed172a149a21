"""How does one service ask another? `@serve` on the one side of a `wire.Rpc`, `Client` on the other.

On the wire it is nameko's RPC: the queue `rpc-<service>` on the exchange `nameko-rpc`, `{"args", "kwargs"}` there and
`{"result", "error"}` back. What differs is how long things last: a request expires at its caller's deadline, late
work is refused, and every wait ends.
"""

from __future__ import annotations

import itertools
import json
import time
import uuid
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any, Generic, Self, TypeVar, overload

import eventlet
import structlog
from eventlet.event import Event as Signal
from kombu import Exchange, Queue
from marshmallow import ValidationError

from chassis import context, databases, errors, gate, metrics, work
from chassis.bus.extension import Bus
from chassis.bus.link import Consumption, Delivery
from chassis.container import ENTER
from chassis.context import Context
from chassis.errors import BusError, DeadlineExceeded, MalformedRequest, MethodUnknown, ServiceUnavailable
from chassis.extensions import DependencyProvider, Entrypoint, Shared
from chassis.gate import Unacceptable
from chassis.idempotency import Guard, Replayed
from chassis.parking import Parking
from wire import codec, schema
from wire.contract import Contract, FieldError, Refusal, Rpc

log = structlog.get_logger(__name__)

RPC_EXCHANGE = Exchange("nameko-rpc", type="topic", durable=True)
TRANSIENT = 1
LINK_SECONDS = 1.0
STEP_LENGTH_MAX = 100

Request = TypeVar("Request")
Reply = TypeVar("Reply")
Bound = TypeVar("Bound", bound=Contract)


def rpc_queue(service: str) -> Queue:
    """The queue every replica of a service takes its calls from: classic, for calls live seconds."""
    return Queue(f"rpc-{service}", exchange=RPC_EXCHANGE, routing_key=f"{service}.*", durable=True)


def field_errors(messages: Any, pointer: str = "") -> tuple[FieldError, ...]:
    """marshmallow's messages as a flat list of (pointer, code, detail)."""
    if isinstance(messages, dict):
        found: list[FieldError] = []
        for name, inner in messages.items():
            found.extend(field_errors(inner, pointer if name == "_schema" else f"{pointer}/{_step(name)}"))
        return tuple(found)
    return tuple(FieldError(pointer=pointer, code=_code(detail), detail=str(detail)) for detail in messages)


def _step(name: object) -> str:
    """A field's name as a step of a JSON Pointer (RFC 6901); it may be anything that somebody sent."""
    shown = str(name)[:STEP_LENGTH_MAX].encode("utf-8", "replace").decode()
    return shown.replace("~", "~0").replace("/", "~1")


def _code(detail: object) -> str:
    """Freshdesk's words for what marshmallow says."""
    said = str(detail)
    if said.startswith(("Missing data", "Field may not be null")):
        return "missing_field"
    if said.startswith("Unknown field"):
        return "invalid_field"
    if said.startswith(
        ("Not a valid string", "Not a valid integer", "Not a valid boolean", "Not an object", "Invalid input")
    ):
        return "datatype_mismatch"
    if said.startswith("Longer than"):
        return "too_long"
    if said.startswith(("Shorter than", "Must not be blank")):
        return "too_short"
    return "invalid_value"


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
        self.bus.consuming.consume(
            Consumption(
                queue=rpc_queue(service),
                callback=self._arrived,
                on_failure=self._set_aside,
                prefetch=self._limit * 2,
            )
        )

    def register(self, serve: Serve) -> None:
        self._by_key[f"{serve.rpc.owner}.{serve.rpc.name}"] = serve

    def _arrived(self, delivery: Delivery) -> None:
        """In the reader: check, then start or hold."""
        address = gate.reply_address(delivery)
        try:
            call_context, arguments = gate.read_call(delivery)
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
            self.answer(address, failure=MalformedRequest(errors=field_errors(invalid.messages)))
            return
        self._running += 1
        started = time.perf_counter()

        def enter() -> None:
            context.enter(call_context)
            work.participant.set(Guard.of(serve.rpc, request, call_context))

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
        said: Exception | None = refusal or failure
        body: dict[str, Any] = {"result": result, "error": None if said is None else _error(said)}
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
    if databases.is_outage(error):
        log.warning("database_unavailable", rpc=repr(rpc), reason=repr(error))
        return ServiceUnavailable("the database is not available")
    log.error("rpc_failed", rpc=repr(rpc), exc_info=exc_info)
    return errors.RemoteFailure()


def _error(said: Exception) -> dict[str, Any]:
    """nameko's error form, plus what our own clients read: code, detail, errors, facts."""
    kind = type(said)
    known: tuple[FieldError, ...] = getattr(said, "errors", ())
    detail = said.detail if isinstance(said, Refusal) else str(said)
    return {
        "exc_type": kind.__name__,
        "exc_path": f"{kind.__module__}.{kind.__name__}",
        "exc_args": [detail],
        "value": detail,
        "code": getattr(said, "code", BusError.code),
        "detail": detail,
        "errors": [schema.dump(error) for error in known],
        "facts": dict(getattr(said, "facts", {})),
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


class Replies(Shared):
    """A service's calls that wait for an answer, and the queue the answers come to."""

    bus = Bus()

    def prepare(self) -> None:
        self.waiting: dict[str, Signal] = {}
        self.reply_to = str(uuid.uuid4())
        self._count = itertools.count()
        self._waiting_gauge = metrics.rpc_waiting.labels(self.container.service_name)
        self._waiting_gauge.set_function(lambda: len(self.waiting))
        queue = Queue(
            f"rpc.reply-{self.container.service_name}-{self.reply_to}",
            exchange=RPC_EXCHANGE,
            routing_key=self.reply_to,
            durable=False,
            exclusive=True,
            auto_delete=True,
        )
        self.bus.consuming.consume(Consumption(queue=queue, callback=self._arrived, is_acknowledged=False))
        self.bus.consuming.on_down(self._lost)
        self.bus.publishing.on_down(self._lost)
        self.bus.publishing.on_return(self._returned)

    def call(self, rpc: Rpc[Request, Reply], request: Request) -> Reply:
        """Ask and wait. Raises the RPC's refusals, `DeadlineExceeded`, `ServiceUnavailable` or another `BusError`."""
        started = time.perf_counter()
        outcome = "failed"
        try:
            reply = self._call(rpc, request)
            outcome = "answered"
        except Refusal:
            outcome = "refused"
            raise
        except DeadlineExceeded:
            outcome = "late"
            raise
        finally:
            metrics.rpc_called.labels(repr(rpc), outcome).observe(time.perf_counter() - started)
        return reply

    def _call(self, rpc: Rpc[Request, Reply], request: Request) -> Reply:
        if type(request) is not rpc.request:
            raise TypeError(f"{rpc!r} takes {rpc.request.__name__}, not {type(request).__name__}")
        now = context.current()
        left = now.seconds_left()
        seconds = rpc.timeout_seconds if left is None else min(rpc.timeout_seconds, left)
        deadline = time.time() + seconds
        if seconds <= 0 or not self._wait_for_links(min(seconds, LINK_SECONDS)):
            raise (
                DeadlineExceeded(repr(rpc))
                if seconds <= 0
                else ServiceUnavailable("no connection to the broker")
            )
        call_id = f"{self.reply_to}.{next(self._count)}"
        signal = self.waiting[call_id] = Signal()
        try:
            self._send(rpc, request, now, call_id, deadline)
            with eventlet.Timeout(max(0.0, deadline - time.time()), DeadlineExceeded(repr(rpc))):
                answer = signal.wait()
        finally:
            del self.waiting[call_id]
        return self._read(rpc, answer)

    def _wait_for_links(self, seconds: float) -> bool:
        links = (self.bus.consuming, self.bus.publishing)
        return all(link.is_up or link.wait_up(seconds) for link in links)

    def _send(self, rpc: Rpc[Any, Any], request: object, now: Context, call_id: str, deadline: float) -> None:
        headers = context.to_headers(now)
        headers["nameko.deadline_ms"] = int(deadline * 1000)
        if not rpc.is_write:
            headers.pop("nameko.idempotency_key", None)
        self.bus.publishing.publish(
            json.dumps(
                {"args": [], "kwargs": schema.dump(request)}, separators=(",", ":"), ensure_ascii=False
            ).encode(),
            exchange=RPC_EXCHANGE.name,
            routing_key=f"{rpc.owner}.{rpc.name}",
            headers=headers,
            properties={
                "reply_to": self.reply_to,
                "correlation_id": call_id,
                "message_id": call_id,
                "expiration": str(max(1, int((deadline - time.time()) * 1000))),
                "delivery_mode": TRANSIENT,
            },
            is_mandatory=True,
        )

    def _read(self, rpc: Rpc[Any, Reply], body: bytes) -> Reply:
        try:
            answer = json.loads(body)
            error = answer["error"]
            if error is None:
                if answer.get("is_replayed"):
                    context.note_replay(repr(rpc))
                return codec.revive(rpc.reply, answer["result"])
        except (ValueError, KeyError, TypeError, AttributeError) as broken:
            log.error("reply_unreadable", rpc=repr(rpc), reason=repr(broken))
            raise errors.RemoteFailure(f"{rpc!r} gave an unreadable answer") from broken
        raise _as_raised(rpc, error)

    def _arrived(self, delivery: Delivery) -> None:
        correlation_id = delivery.properties.get("correlation_id")
        signal = self.waiting.get(correlation_id) if isinstance(correlation_id, str) else None
        if signal is None:
            log.debug("reply_unexpected")
        elif not signal.ready():
            signal.send(delivery.body)

    def _returned(self, message_id: str) -> None:
        signal = self.waiting.get(message_id)
        if signal is not None and not signal.ready():
            signal.send_exception(ServiceUnavailable("no such service at the broker"))

    def _lost(self) -> None:
        for signal in self.waiting.values():
            if not signal.ready():
                signal.send_exception(ServiceUnavailable("the connection broke while waiting for the answer"))


def _as_raised(rpc: Rpc[Any, Any], error: dict[str, Any]) -> Exception:
    """The refusal or failure that the other side named."""
    code, detail = error.get("code"), str(error.get("detail", error.get("value", "")))
    field = tuple(schema.load(FieldError, item) for item in error.get("errors", ()))
    for refusal in rpc.refuses:
        if refusal.code == code:
            return refusal(detail, errors=field, **error.get("facts", {}))
    kind = errors.BY_CODE.get(str(code), errors.RemoteFailure)
    return kind(detail, errors=field) if kind is MalformedRequest else kind(detail)


class Client(DependencyProvider, Generic[Bound]):
    """Gives a service another's contract, bound: `self.accounts.get_me(GetMe())`."""

    replies = Replies()

    def __init__(self, contract: type[Bound]) -> None:
        self.contract = contract

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type) -> Bound: ...
    def __get__(self, instance: object | None, owner: type) -> Self | Bound:
        """On the class the provider; a service's instance holds the contract that nameko sets there."""
        return self

    def get_dependency(self, worker_ctx: Any) -> Bound:
        return self.contract(self.replies)

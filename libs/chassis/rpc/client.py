"""The RPC client: a reply queue, the calls that wait for their reply, and the dependency `Client`."""

from __future__ import annotations

import itertools
import json
import time
import uuid
from typing import Any, Generic, Self, TypeVar, overload

import eventlet
import structlog
from eventlet.event import Event as Signal
from kombu import Queue
from marshmallow import ValidationError

from chassis import context, errors
from chassis.bus.delivery import Consumer, Delivery
from chassis.bus.extension import Bus
from chassis.context import Context
from chassis.errors import DeadlineExceeded, MalformedRequest, ServiceUnavailable
from chassis.extensions import DependencyProvider, Shared
from chassis.process import metrics
from chassis.rpc.server import RPC_EXCHANGE, TRANSIENT
from wire import codec, schema
from wire.contract import Contract, FieldError, Refusal, Rpc

log = structlog.get_logger(__name__)

CONNECTION_SECONDS = 1.0
# What reading an answer may raise that our own services did not write.
UNREADABLE = (
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    OverflowError,
    RecursionError,
    ValidationError,
)

Request = TypeVar("Request")
Reply = TypeVar("Reply")
Bound = TypeVar("Bound", bound=Contract)


class Replies(Shared):
    """The calls of a service that wait for their replies, and the queue that the replies come to."""

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
        self.bus.consuming.add_consumer(Consumer(queue=queue, callback=self._arrived, is_acknowledged=False))
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
        if seconds <= 0 or not self._wait_for_connections(min(seconds, CONNECTION_SECONDS)):
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

    def _wait_for_connections(self, seconds: float) -> bool:
        connections = (self.bus.consuming, self.bus.publishing)
        return all(connection.is_up or connection.wait_up(seconds) for connection in connections)

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
            raised = _as_raised(rpc, error)
        except UNREADABLE as broken:
            log.error("reply_unreadable", rpc=repr(rpc), reason=repr(broken))
            raise errors.RemoteFailure(f"{rpc!r} gave an unreadable answer") from broken
        raise raised

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

"""A client of the broker outside the suite, which puts messages of any shape before the services."""

from __future__ import annotations

import json
import time
import uuid
from types import TracebackType
from typing import Any, Self

import amqp
from kombu import Connection, Exchange, Queue

RPC_EXCHANGE = "nameko-rpc"
CALL_SECONDS = 15.0


class Outsider:
    """Somebody on the bus who is not of the suite: calls, and publishes whatever the protocol allows."""

    def __init__(self, uri: str) -> None:
        self._connection = Connection(uri, connect_timeout=5)
        self._channel = self._connection.channel()
        self.reply_to = str(uuid.uuid4())
        self._answers: dict[str, dict[str, Any]] = {}
        self.answered = 0
        exchange = Exchange(RPC_EXCHANGE, type="topic", durable=True)
        queue = Queue(f"drill-{self.reply_to}", exchange, routing_key=self.reply_to, exclusive=True)
        self._consumer = self._connection.Consumer(
            [queue], channel=self._channel, on_message=self._take, accept=None, no_ack=True
        )
        self._consumer.consume()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._connection.close()

    def _take(self, message: Any) -> None:
        self.answered += 1
        self._answers[message.properties["correlation_id"]] = json.loads(message.body)

    def send(
        self, body: bytes, *, exchange: str, routing_key: str | bytes, headers: Any = None, **properties: Any
    ) -> None:
        """One message, as raw as the protocol lets it be. Properties and headers may be bytes that are no text."""
        self.send_message(
            amqp.Message(body, application_headers=headers or {}, **properties), exchange, routing_key
        )

    def send_message(self, message: amqp.Message, exchange: str, routing_key: str | bytes) -> None:
        self._channel.basic_publish(message, exchange, routing_key)

    def send_call(self, method: str, body: bytes, *, correlation_id: Any, **properties: Any) -> None:
        """A call whose answer `answer_to` waits for; properties given as None are left out."""
        known: dict[str, Any] = {"content_type": "application/json", "reply_to": self.reply_to}
        given = {name: value for name, value in (known | properties).items() if value is not None}
        self.send(body, exchange=RPC_EXCHANGE, routing_key=method, correlation_id=correlation_id, **given)

    def answer_to(self, correlation_id: str, *, timeout_seconds: float = CALL_SECONDS) -> dict[str, Any]:
        ends_at = time.monotonic() + timeout_seconds
        while correlation_id not in self._answers:
            left = ends_at - time.monotonic()
            assert left > 0, f"no answer to {correlation_id} within {timeout_seconds:g} s"
            try:
                self._connection.drain_events(timeout=min(left, 1.0))
            except TimeoutError:
                continue
        return self._answers.pop(correlation_id)

    def listen(self, seconds: float) -> None:
        """Take what answers come within that time."""
        ends_at = time.monotonic() + seconds
        while (left := ends_at - time.monotonic()) > 0:
            try:
                self._connection.drain_events(timeout=left)
            except TimeoutError:
                return

    def call(
        self, method: str, *, timeout_seconds: float = CALL_SECONDS, headers: Any = None, **arguments: Any
    ) -> Any:
        """The result of a call as any nameko client makes it; what the service says is wrong fails the test."""
        correlation_id = str(uuid.uuid4())
        body = json.dumps({"args": [], "kwargs": arguments}, default=str).encode()
        deadline = {"nameko.deadline_ms": int((time.time() + timeout_seconds) * 1000)}
        self.send_call(method, body, correlation_id=correlation_id, headers=deadline | (headers or {}))
        answer = self.answer_to(correlation_id, timeout_seconds=timeout_seconds)
        assert answer["error"] is None, answer["error"]
        return answer["result"]

    def declare(self, queue: str, *, exchange: str, routing_key: str) -> None:
        """A queue of ours, as of a consumer that is deployed later than what it hears of."""
        self._channel.queue_declare(queue, durable=True, auto_delete=False)
        self._channel.queue_bind(queue, exchange, routing_key)

    def delete(self, queue: str) -> None:
        self._channel.queue_delete(queue)

    def take(self, queue: str, count: int) -> list[Any]:
        """So many messages of a queue, in order, with their properties; they are gone from it then."""
        taken: list[Any] = []
        tag = self._channel.basic_consume(queue, no_ack=True, callback=taken.append)
        while len(taken) < count:
            self._connection.drain_events(timeout=CALL_SECONDS)
        self._channel.basic_cancel(tag)
        return taken

    def take_all(self, queue: str) -> list[dict[str, Any]]:
        """The bodies of all that a queue holds, in order; they are gone from it then."""
        return [json.loads(message.body) for message in self.take(queue, self.held(queue))]

    def held(self, queue: str) -> int:
        """How many messages wait in a queue, not counting those in somebody's hands."""
        return int(self._channel.queue_declare(queue, passive=True).message_count)

"""A connection to the broker: one reader greenlet, reconnected with exponential backoff and jitter.

Only the reader greenlet reads; any greenlet may publish or acknowledge, py-amqp writes whole frames under a lock.
Callbacks run in the reader: they must not wait.
"""

from __future__ import annotations

import copy
import random
import uuid
from collections.abc import Callable, Mapping
from typing import Any

import amqp
import amqp.spec
import eventlet
import structlog
from eventlet.event import Event
from kombu import Connection, Queue

from chassis.bus import memory
from chassis.bus.amqp import connection_to
from chassis.bus.delivery import Consumer, Delivery
from chassis.bus.open_connection import CONNECTION_ERRORS, TICKS_PER_HEARTBEAT, OpenConnection
from chassis.errors import ServiceUnavailable
from chassis.process import metrics

log = structlog.get_logger(__name__)

CONNECT_SECONDS = 5.0
LONGEST_PAUSE_SECONDS = 5.0

OnReturn = Callable[[str], None]


class BusConnection:
    """One connection to the broker for one purpose of one service."""

    def __init__(self, uri: str, *, service: str, purpose: str, heartbeat_seconds: int = 10) -> None:
        self.generation = 0
        self.is_blocked = False
        self.is_memory = uri.startswith("memory:")
        self._uri = uri
        self._service = service
        self._purpose = purpose
        self._heartbeat_seconds = heartbeat_seconds
        self._consumers: list[Consumer] = []
        self._consuming: list[tuple[Any, str]] = []
        self._on_up: list[Callable[[OpenConnection], None]] = []
        self._on_down: list[Callable[[], None]] = []
        self._on_return: list[OnReturn] = []
        self._connection: OpenConnection | None = None
        self._publishing: Any = None
        self._up = Event()
        self._is_stopping = False
        self._greenlet: Any = None
        self._log = log.bind(service=service, link=purpose)

    # What the connection is for; to be given before it starts.

    def add_consumer(self, consumer: Consumer) -> None:
        self._consumers.append(consumer)

    def on_up(self, callback: Callable[[OpenConnection], None]) -> None:
        """Call back with each new connection, before anything is consumed from it."""
        self._on_up.append(callback)

    def on_down(self, callback: Callable[[], None]) -> None:
        self._on_down.append(callback)

    def on_return(self, callback: OnReturn) -> None:
        """Call back with the message id of each mandatory message that found no queue."""
        self._on_return.append(callback)

    # Start and stop.

    def start(self) -> None:
        if self._greenlet is None:
            self._greenlet = eventlet.spawn(self._run)

    def stop(self) -> None:
        """Close the connection, within two seconds whatever the broker does."""
        self._is_stopping = True
        if self._greenlet is None:
            return
        with eventlet.Timeout(2, False):
            self._greenlet.kill()
        self._mark_down()

    @property
    def is_up(self) -> bool:
        return self._up.ready()

    def wait_up(self, seconds: float) -> bool:
        with eventlet.Timeout(seconds, False):
            self._up.wait()
        return self.is_up

    def stop_consuming(self) -> None:
        """Take no more work; what was delivered and is not acknowledged goes back when the connection closes."""
        consuming, self._consuming = self._consuming, []
        for channel, tag in consuming:
            try:
                if self.is_memory:
                    channel.basic_cancel(tag)
                else:
                    channel.send_method(amqp.spec.Basic.Cancel, "sb", (tag, True))
            except CONNECTION_ERRORS as error:
                self._log.debug("cancel_failed", error=repr(error))

    def drop(self, reason: str) -> None:
        """Give the connection up, from any greenlet; the reader notices and opens another."""
        self._log.warning("link_dropped", reason=reason)
        if self._connection is not None:
            try:
                self._connection.cut()
            except OSError as gone:
                self._log.debug("socket_already_closed", error=repr(gone))

    # Publishing.

    def publish(
        self,
        body: bytes,
        *,
        exchange: str,
        routing_key: str,
        headers: Mapping[str, Any],
        properties: Mapping[str, Any],
        is_mandatory: bool = False,
    ) -> None:
        """Send a message without waiting for the broker. Raises `ServiceUnavailable` when there is no connection.

        A mandatory message that finds no queue comes back through `on_return` with its message id.
        """
        channel = self._publishing
        if channel is None:
            raise ServiceUnavailable("no connection to the broker")
        if self.is_blocked:
            raise ServiceUnavailable("the broker takes no messages at the moment")
        try:
            message = channel.prepare_message(
                body, content_type="application/json", headers=dict(headers), properties=dict(properties)
            )
            if self.is_memory:
                is_routed = channel.basic_publish(message, exchange, routing_key)
                if is_mandatory and not is_routed:
                    self._returned(properties["message_id"])
            else:
                channel.send_method(
                    amqp.spec.Basic.Publish, "Bssbb", (0, exchange, routing_key, is_mandatory, False), message
                )
        except CONNECTION_ERRORS as error:
            self.drop(f"publish failed: {error!r}")
            raise ServiceUnavailable("the connection to the broker broke") from error

    # The reader.

    def _run(self) -> None:
        failures = 0
        while not self._is_stopping:
            ticker = None
            try:
                connection = self._connect()
                ticker = eventlet.spawn(self._tick, connection)
                failures = 0
                self._read(connection)
            except CONNECTION_ERRORS as error:
                self._log.warning("link_lost", error=repr(error))
            except Exception:  # noqa: BLE001   # a reader that dies would leave a process that hears nothing
                self._log.exception("link_failed")
            finally:
                if ticker is not None:
                    ticker.kill()
                self._mark_down()
            if not self._is_stopping:
                failures += 1
                pause = min(0.1 * 2**failures, LONGEST_PAUSE_SECONDS)
                eventlet.sleep(pause * random.uniform(0.5, 1.5))  # jitter, not a secret

    def _connect(self) -> OpenConnection:
        unopened = self._kombu_connection()
        with eventlet.Timeout(CONNECT_SECONDS * 2, TimeoutError("the broker does not answer")):
            connection = self._connection = OpenConnection(unopened)
            self.generation += 1
            publishing = connection.channel()
            if not self.is_memory:
                publishing.events["basic_return"].add(self._on_basic_return)
            self._consuming.clear()
            for callback in self._on_up:
                callback(connection)
            for consumer in self._consumers:
                self._consume(connection, consumer)
        self._publishing = publishing
        self.is_blocked = False
        if not self._up.ready():
            self._up.send(None)
        metrics.connection_up.labels(self._service, self._purpose).set(1)
        self._log.info("link_up")
        return connection

    def _kombu_connection(self) -> Connection:
        """kombu's connection, not opened yet."""
        if self.is_memory:
            return Connection(self._uri, transport=memory.Transport)
        options = {
            "on_blocked": self._blocked,
            "on_unblocked": self._unblocked,
            "client_properties": {
                "connection_name": f"{self._service}.{self._purpose}",
                "capabilities": {"connection.blocked": True, "consumer_cancel_notify": True},
            },
        }
        return connection_to(
            self._uri,
            connect_timeout=CONNECT_SECONDS,
            heartbeat=self._heartbeat_seconds,
            transport_options=options,
        )

    def _consume(self, connection: OpenConnection, consumer: Consumer) -> None:
        channel = connection.channel()
        queue = with_unique_name(consumer.queue) if consumer.queue.exclusive else consumer.queue
        declare(channel, queue)
        if consumer.prefetch:
            channel.basic_qos(0, consumer.prefetch, False)
        generation = self.generation
        consumer_tag = f"{self._service}-{uuid.uuid4().hex[:12]}"

        def deliver(message: Any) -> None:
            delivery = self._delivery(message, channel, generation)
            try:
                consumer.callback(delivery)
            except Exception as error:  # noqa: BLE001  # one message must not end the connection of all
                self._log.exception("delivery_failed", queue=consumer.queue.name)
                consumer.on_failure(delivery, error)

        channel.basic_consume(
            queue=queue.name,
            no_ack=not consumer.is_acknowledged,
            callback=deliver,
            consumer_tag=consumer_tag,
        )
        if consumer.is_acknowledged:
            self._consuming.append((channel, consumer_tag))

    def _delivery(self, message: Any, channel: Any, generation: int) -> Delivery:
        info = message.delivery_info
        is_raw = isinstance(message, amqp.Message)
        properties = message.properties
        body = message.body
        return Delivery(
            body=body.encode() if isinstance(body, str) else bytes(body or b""),
            content_type=properties.get("content_type") if is_raw else message.content_type,
            headers=(properties.get("application_headers") if is_raw else message.headers) or {},
            properties=properties,
            exchange=info["exchange"],
            routing_key=info["routing_key"],
            _tag=message.delivery_tag,
            _channel=channel,
            _connection=self,
            _generation=generation,
        )

    def _read(self, connection: OpenConnection) -> None:
        while not self._is_stopping:
            try:
                connection.drain_events(self._heartbeat_seconds)
            except TimeoutError:
                continue

    def _tick(self, connection: OpenConnection) -> None:
        """Send heartbeats, and give up a connection whose other side is silent."""
        while not self.is_memory:
            eventlet.sleep(self._heartbeat_seconds / TICKS_PER_HEARTBEAT)
            try:
                connection.heartbeat_check()
            except CONNECTION_ERRORS as error:
                self.drop(f"no heartbeat: {error!r}")
                return

    def _mark_down(self) -> None:
        metrics.connection_up.labels(self._service, self._purpose).set(0)
        was_up = self._up.ready()
        self.generation += 1
        self._publishing = None
        self._up = Event()
        if was_up:
            for callback in self._on_down:
                callback()
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.close()
            except CONNECTION_ERRORS as error:
                self._log.debug("close_failed", error=repr(error))

    def _on_basic_return(self, _: Any, __: str, ___: str, message: Any) -> None:
        self._returned(message.properties.get("message_id", ""))

    def _returned(self, message_id: str) -> None:
        for callback in self._on_return:
            callback(message_id)

    def _blocked(self, reason: str) -> None:
        self._log.warning("link_blocked", reason=reason)
        self.is_blocked = True

    def _unblocked(self) -> None:
        self._log.info("link_unblocked")
        self.is_blocked = False


def with_unique_name(queue: Queue) -> Queue:
    """An exclusive queue under a name of its own: until the broker notices that the connection before this one is
    gone, it refuses the old name, and with it everything else that the connection is for."""
    copied = copy.copy(queue)
    copied.name = f"{queue.name}-{uuid.uuid4().hex[:12]}"
    return copied


def declare(channel: Any, queue: Queue) -> None:
    """Declare a queue with its exchange and bindings on this channel."""
    queue(channel).declare()

"""Publisher confirms: batches of messages, each confirmation counted by its delivery tag.

py-amqp's own confirming publish takes any acknowledgement for the one it waits for: after a time-out the late one of
message A is read as that of message B, which the broker never saw. Here every tag is counted, and after anything odd
the connection is dropped, so that a late answer has nowhere to arrive.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import amqp.spec
import eventlet
import structlog
from eventlet.event import Event
from kombu import Exchange

from chassis.bus.connection import BusConnection
from chassis.bus.open_connection import CONNECTION_ERRORS, OpenConnection
from chassis.errors import ServiceUnavailable

log = structlog.get_logger(__name__)

CONFIRM_SECONDS = 10.0


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Outgoing:
    """A message to publish; `is_mandatory` asks for it back when no queue takes it."""

    message_id: str
    body: bytes
    exchange: str
    routing_key: str
    is_mandatory: bool
    headers: dict[str, Any] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(slots=True)
class _Batch:
    pending: dict[int, str]
    done: Event
    refused: set[str] = dataclasses.field(default_factory=set)
    failure: str | None = None

    def settle(self, tag: int, *, is_multiple: bool, is_confirmed: bool) -> None:
        tags = [tag] if not is_multiple else [known for known in self.pending if known <= tag]
        for known in tags:
            message_id = self.pending.pop(known, None)
            if message_id is not None and not is_confirmed:
                self.refused.add(message_id)
        if not self.pending:
            self.finish()

    def finish(self, failure: str | None = None) -> None:
        if not self.done.ready():
            self.failure = failure
            self.done.send(None)


class ConfirmedPublisher:
    """Publishes batches over a connection of its own; one batch at a time."""

    def __init__(self, connection: BusConnection, exchange: Exchange) -> None:
        self._connection = connection
        self._exchange = exchange
        self._channel: Any = None
        self._last_tag = 0
        self._batch: _Batch | None = None
        connection.on_up(self._open)
        connection.on_down(self._lost)

    def publish(self, messages: list[Outgoing]) -> set[str]:
        """Publish and wait until the broker has answered for every message.

        Returns the ids of those it did not take: refused, or mandatory and without a queue. Raises
        `ServiceUnavailable` when not all answers came in ten seconds or the connection broke: then nothing is known
        and everything has to be published again.
        """
        if self._channel is None and not self._connection.wait_up(1):
            raise ServiceUnavailable("no connection to the broker")
        batch = self._batch = _Batch(pending={}, done=Event())
        try:
            for message in messages:
                self._last_tag += 1
                batch.pending[self._last_tag] = message.message_id
            first = self._last_tag - len(messages) + 1
            for tag, message in enumerate(messages, start=first):
                self._send(tag, message, batch)
            self.on_published()
            with eventlet.Timeout(CONFIRM_SECONDS, False):
                batch.done.wait()
        except CONNECTION_ERRORS as error:
            batch.finish(repr(error))
        finally:
            self._batch = None
        if not batch.done.ready() or batch.failure is not None:
            reason = batch.failure or f"{len(batch.pending)} confirmations did not come"
            self._channel = None
            self._connection.drop(reason)
            raise ServiceUnavailable(reason)
        return batch.refused

    def on_published(self) -> None:
        """Called when everything is written and nothing confirmed; a crash point of the relay."""

    def _send(self, tag: int, message: Outgoing, batch: _Batch) -> None:
        channel = self._channel
        if channel is None:
            raise OSError("the connection was lost")
        properties = {"message_id": message.message_id, "delivery_mode": 2, "type": message.routing_key}
        prepared = channel.prepare_message(
            message.body, content_type="application/json", headers=message.headers, properties=properties
        )
        if not self._connection.is_memory:
            arguments = (0, message.exchange, message.routing_key, message.is_mandatory, False)
            channel.send_method(amqp.spec.Basic.Publish, "Bssbb", arguments, prepared)
            return

        def settled() -> None:
            batch.settle(tag, is_multiple=False, is_confirmed=True)

        is_routed = channel.basic_publish(prepared, message.exchange, message.routing_key, on_settled=settled)
        if not is_routed:
            batch.settle(tag, is_multiple=False, is_confirmed=not message.is_mandatory)

    def _open(self, connection: OpenConnection) -> None:
        channel = connection.channel()
        self._exchange(channel).declare()
        if not self._connection.is_memory:
            channel.events["basic_ack"].add(self._acked)
            channel.events["basic_nack"].add(self._nacked)
            channel.events["basic_return"].add(self._returned)
            channel.confirm_select()
        self._channel, self._last_tag = channel, 0

    def _lost(self) -> None:
        self._channel = None
        if self._batch is not None:
            self._batch.finish("the connection was lost")

    def _acked(self, tag: int, is_multiple: bool) -> None:
        if self._batch is not None:
            self._batch.settle(tag, is_multiple=is_multiple, is_confirmed=True)

    def _nacked(self, tag: int, is_multiple: bool) -> None:
        if self._batch is not None:
            self._batch.settle(tag, is_multiple=is_multiple, is_confirmed=False)

    def _returned(self, _: Any, __: str, ___: str, message: Any) -> None:
        # RabbitMQ returns a message before it confirms it.
        if self._batch is not None:
            self._batch.refused.add(message.properties.get("message_id", ""))

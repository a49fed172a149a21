"""The in-process bus: kombu's memory transport with publisher confirms and mandatory messages.

It differs from kombu's own in four ways: consumers wake on arrival instead of polling once a second; a message
that reaches several queues is a message of its own in each; a mandatory message without a queue is returned; and
a confirmed publication is confirmed when every queue's consumer has acknowledged it, because this bus forgets
what it holds when the process dies and the outbox must not.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from queue import Empty
from typing import Any, ClassVar

import eventlet
from eventlet.event import Event
from kombu.transport import memory
from kombu.transport.virtual import base

Settled = Callable[[], None]


class _QoS(base.QoS):  # type: ignore[misc]  # kombu is untyped
    def ack(self, delivery_tag: str) -> None:
        super().ack(delivery_tag)
        self.channel.settle(delivery_tag)

    def restore_unacked_once(self, stderr: Any = None) -> None:
        """What was not acknowledged goes back to its queue by the outbox, which was not confirmed."""
        self._on_collect.cancel()


class Channel(memory.Channel):  # type: ignore[misc]
    """A channel of the in-process bus."""

    QoS = _QoS
    _owed: ClassVar[dict[str, Settled]] = {}

    def basic_publish(self, message: Any, exchange: str, routing_key: str, **options: Any) -> bool:
        """Put the message into every queue it is routed to; False when there is none.

        `on_settled` is called once all their consumers have acknowledged it.
        """
        queues = self._lookup(exchange, routing_key) if exchange else [routing_key]
        queues = [queue for queue in queues if queue and self._has_queue(queue)]
        on_settled: Settled | None = options.get("on_settled")
        waiting = set()
        for queue in queues:
            tag = self._next_delivery_tag()
            properties = message["properties"] | {
                "delivery_tag": tag,
                "body_encoding": None,
                "delivery_info": {"exchange": exchange, "routing_key": routing_key},
            }
            if on_settled is not None:
                waiting.add(tag)
                self._owed[tag] = self._settling(tag, waiting, on_settled)
            self._put(queue, message | {"properties": properties})
        return bool(queues)

    def basic_consume(
        self, queue: str, no_ack: bool, callback: Callable[[Any], None], consumer_tag: str, **options: Any
    ) -> None:
        """A consumer that does not acknowledge is done with a message once it has it."""

        def taken(message: Any) -> None:
            callback(message)
            self.settle(message.delivery_tag)

        super().basic_consume(queue, no_ack, taken if no_ack else callback, consumer_tag, **options)

    @staticmethod
    def _settling(tag: str, waiting: set[str], on_settled: Settled) -> Settled:
        def settle() -> None:
            waiting.discard(tag)
            if not waiting:
                on_settled()

        return settle

    def settle(self, delivery_tag: str) -> None:
        settled = self._owed.pop(delivery_tag, None)
        if settled is not None:
            settled()
        self.connection.wake()

    def _get_and_deliver(self, queue: str, callback: Callable[[Any, str], None]) -> None:
        message = self._get(queue)
        callback(message, queue)

    def _put(self, queue: str, message: Any, **_: Any) -> None:
        self._queue_for(queue).put(message)
        Transport.wake_all()

    def close(self) -> None:
        if not self.closed:
            self.closed: bool = True
            for consumer in list(self._consumers):
                self.basic_cancel(consumer)
            if self.connection is not None:
                self.connection.close_channel(self)


class Transport(memory.Transport):  # type: ignore[misc]
    """The in-process bus: one per process, whatever the number of connections to it."""

    Channel = Channel
    global_state = base.BrokerState()
    _connected: ClassVar[set[Transport]] = set()

    def __init__(self, client: Any, **options: Any) -> None:
        super().__init__(client, **options)
        self._arrival = Event()

    def establish_connection(self) -> Transport:
        self._connected.add(self)
        super().establish_connection()
        return self

    def close_connection(self, connection: Any) -> None:
        self._connected.discard(self)
        super().close_connection(connection)

    @classmethod
    def wake_all(cls) -> None:
        for transport in cls._connected:
            transport.wake()

    def wake(self) -> None:
        if not self._arrival.ready():
            self._arrival.send(None)

    def drain_events(self, connection: Any, timeout: float | None = None) -> None:
        """Deliver one message, waiting for it; raises `TimeoutError` when none came in time."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            self._arrival = Event()
            try:
                self.cycle.get(self._deliver, timeout=timeout)
            except Empty:
                left = None if deadline is None else deadline - time.monotonic()
                if left is not None and left <= 0:
                    raise TimeoutError from None
                with eventlet.Timeout(left, False):
                    self._arrival.wait()
            else:
                return

    @classmethod
    def reset(cls) -> None:
        """Forget every queue and binding; for tests."""
        cls.global_state.clear()
        memory.Channel.queues.clear()

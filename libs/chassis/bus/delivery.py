"""A message delivered from a queue, and the consumer of a queue."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any, Protocol

from kombu import Queue

from chassis.bus.open_connection import CONNECTION_ERRORS


class Source(Protocol):
    """The `BusConnection` that brought a delivery: its generation is another one after each reconnection."""

    generation: int

    def drop(self, reason: str) -> None: ...


@dataclasses.dataclass(slots=True)
class Delivery:
    """A message as it arrived, not decoded yet."""

    body: bytes
    content_type: str | None
    headers: dict[str, Any]
    properties: dict[str, Any]
    exchange: str
    routing_key: str
    _tag: Any
    _channel: Any
    _connection: Source
    _generation: int
    _is_acked: bool = False

    @property
    def is_stale(self) -> bool:
        """Whether the connection that brought it is gone: the broker will deliver it again."""
        return self._generation != self._connection.generation

    def ack(self) -> None:
        """Acknowledge it, once; does nothing when the connection that brought it is gone."""
        if self.is_stale or self._is_acked:
            return
        self._is_acked = True
        try:
            self._channel.basic_ack(self._tag)
        except CONNECTION_ERRORS as error:
            self._connection.drop(f"ack failed: {error!r}")


OnDelivery = Callable[[Delivery], None]
OnFailure = Callable[[Delivery, Exception], None]


def _ignore(_: Delivery, __: Exception) -> None:
    """For a consumer without acknowledgements: there is nothing to park."""


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Consumer:
    """A queue to consume from whenever the connection is up. `callback` is called with each delivery, `on_failure`
    with the delivery and what `callback` raised."""

    queue: Queue
    callback: OnDelivery
    on_failure: OnFailure = _ignore
    prefetch: int = 0
    is_acknowledged: bool = True

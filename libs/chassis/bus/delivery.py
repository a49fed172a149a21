"""What arrives from a queue, and what is consumed from one?"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any, Protocol

from kombu import Queue

from chassis.bus.open_connection import TROUBLE


class Source(Protocol):
    """The link that brought a delivery: each connection it opens is another generation."""

    generation: int

    def drop(self, reason: str) -> None: ...


@dataclasses.dataclass(slots=True)
class Delivery:
    """A message as it arrived, decoded by nobody yet."""

    body: bytes
    content_type: str | None
    headers: dict[str, Any]
    properties: dict[str, Any]
    exchange: str
    routing_key: str
    _tag: Any
    _channel: Any
    _link: Source
    _generation: int
    _is_acked: bool = False

    @property
    def is_stale(self) -> bool:
        """Whether the connection that brought it is gone: the broker will deliver it again."""
        return self._generation != self._link.generation

    def ack(self) -> None:
        """Tell the broker it is done, once; nothing to tell when the connection that brought it is gone."""
        if self.is_stale or self._is_acked:
            return
        self._is_acked = True
        try:
            self._channel.basic_ack(self._tag)
        except TROUBLE as trouble:
            self._link.drop(f"ack failed: {trouble!r}")


OnDelivery = Callable[[Delivery], None]
OnFailure = Callable[[Delivery, Exception], None]


def _only_log(_: Delivery, __: Exception) -> None:
    """For what is not acknowledged: there is nothing to set aside."""


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Consumption:
    """A queue to consume from whenever the link is up; `on_failure` takes what `callback` raised over."""

    queue: Queue
    callback: OnDelivery
    on_failure: OnFailure = _only_log
    prefetch: int = 0
    is_acknowledged: bool = True

"""Event handlers: `@listen` (durable, in order) and `@listen_broadcast` (every process, nothing stored)."""

from __future__ import annotations

from chassis.bus.envelope import Received
from chassis.events.listeners import listen, listen_broadcast

__all__ = ["Received", "listen", "listen_broadcast"]

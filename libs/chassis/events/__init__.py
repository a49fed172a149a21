"""Event handlers: `@listen` (durable, in order) and `@overhear` (every process, nothing stored)."""

from __future__ import annotations

from chassis.bus.envelope import Received
from chassis.events.listeners import listen, overhear

__all__ = ["Received", "listen", "overhear"]

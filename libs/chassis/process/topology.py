"""The queues that a service consumes, declared when it is deployed so that no event comes before its queue."""

from __future__ import annotations

import inspect
from typing import Any

from kombu import Queue
from nameko.constants import DEFAULT_HEARTBEAT
from nameko.extensions import ENTRYPOINT_EXTENSIONS_ATTR

from chassis import settings
from chassis.bus.amqp import connection_to
from chassis.events.listeners import Listen, dead_queue, event_queue
from chassis.process import runner
from chassis.rpc import Serve, rpc_queue
from chassis.settings import ChassisSettings

CONNECT_SECONDS = 10


def entrypoints(service: type) -> list[tuple[str, Any]]:
    """The (method name, entrypoint) pairs of a service class."""
    found: list[tuple[str, Any]] = []
    for name, method in inspect.getmembers(service, inspect.isfunction):
        found.extend((name, extension) for extension in getattr(method, ENTRYPOINT_EXTENSIONS_ATTR, ()))
    return found


def queues(service: type) -> list[Queue]:
    """Every lasting queue that a service consumes."""
    name: str = service.name  # type: ignore[attr-defined]
    pairs = entrypoints(service)
    listening = [
        event_queue(entry.event, name, method)
        for method, entry in sorted(pairs, key=lambda pair: pair[0])
        if isinstance(entry, Listen)
    ]
    serving = [rpc_queue(name)] if any(isinstance(entry, Serve) for _, entry in pairs) else []
    return [*([dead_queue(name)] if listening else []), *listening, *serving]


def declare(service: str) -> int:
    """Declare a service's queues at the broker; returns how many. The in-process bus needs none of it."""
    uri = settings.read(ChassisSettings).amqp_uri
    declared = queues(runner.service_class(service))
    if uri.startswith("memory:"):
        return len(declared)
    with connection_to(uri, connect_timeout=CONNECT_SECONDS, heartbeat=DEFAULT_HEARTBEAT) as connection:
        channel = connection.channel()
        for queue in declared:
            queue(channel).declare()
    return len(declared)

"""Is this process alive, is it ready, and does its loop run freely?"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from typing import Any

import eventlet
import structlog
from eventlet import wsgi
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import exc, text

from chassis import databases, metrics
from chassis.bus.extension import Bus
from chassis.settings import SettingsError

log = structlog.get_logger(__name__)

TICK_SECONDS = 0.05
STALL_SECONDS = 0.1
WINDOW_SECONDS = 10.0


def readiness(runner: Any) -> dict[str, bool]:
    """Whether each connection of each service is there: `{"billing.consuming": True, "billing.database": True}`."""
    found: dict[str, bool] = {}
    for container in runner.containers:
        for extension in container.extensions:
            if isinstance(extension, Bus):
                found[f"{container.service_name}.consuming"] = extension.consuming.is_up
                found[f"{container.service_name}.publishing"] = extension.publishing.is_up
            elif hasattr(extension, "engine"):
                found[f"{container.service_name}.database"] = _answers(container.service_name)
    return found


def _answers(service: str) -> bool:
    try:
        with databases.engine_for(service).connect() as connection:
            connection.execute(text("SELECT 1"))
    except (exc.SQLAlchemyError, SettingsError):
        return False
    return True


def watch_loop() -> None:
    """Measure how late the event loop is; log what is over 100 ms."""

    def watch() -> None:
        worst, since = 0.0, time.monotonic()
        while True:
            before = time.monotonic()
            eventlet.sleep(TICK_SECONDS)
            stall = time.monotonic() - before - TICK_SECONDS
            worst = max(worst, stall)
            if stall > STALL_SECONDS:
                log.warning("loop_stalled", seconds=round(stall, 3))
            if before - since > WINDOW_SECONDS:
                metrics.loop_stall.set(worst)
                worst, since = 0.0, before

    eventlet.spawn(watch)


def serve(address: str, runner: Any) -> None:
    """Answer `/metrics`, `/health/live` and `/health/ready` on a port of their own."""
    host, _, port = address.rpartition(":")
    sock = eventlet.listen((host or "127.0.0.1", int(port)))

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == "/metrics":
            start_response("200 OK", [("Content-Type", CONTENT_TYPE_LATEST)])
            return [generate_latest()]
        if path == "/health/live":
            start_response("200 OK", [("Content-Type", "application/json")])
            return [b'{"status":"live"}']
        if path == "/health/ready":
            checks = readiness(runner)
            is_ready = all(checks.values())
            start_response(
                "200 OK" if is_ready else "503 Service Unavailable", [("Content-Type", "application/json")]
            )
            return [json.dumps({"status": "ready" if is_ready else "waiting", "checks": checks}).encode()]
        start_response("404 Not Found", [("Content-Type", "text/plain")])
        return [b"not found\n"]

    eventlet.spawn(wsgi.server, sock, application, log_output=False)

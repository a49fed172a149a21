"""Health checks (live, ready) and stalls of the event loop."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterable
from typing import Any

import eventlet
import structlog
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import exc, text
from werkzeug.wrappers import Response

from chassis.bus.extension import Bus
from chassis.database import engines
from chassis.http import problems
from chassis.http.listener import Listener
from chassis.http.protocol import add_security_headers
from chassis.process import metrics
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
        with engines.engine_for(service).connect() as connection:
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
    """Answer `/metrics`, `/health/live` and `/health/ready` on a port of their own, until the process ends."""

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        response = _answer(environ["PATH_INFO"], runner)
        add_security_headers(response, uuid.uuid4().hex)
        answer: Iterable[bytes] = response(environ, start_response)
        return answer

    Listener(address, application)


def _answer(path: str, runner: Any) -> Response:
    if path == "/metrics":
        return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)
    if path == "/health/live":
        return Response('{"status":"live"}', content_type="application/json")
    if path == "/health/ready":
        checks = readiness(runner)
        is_ready = all(checks.values())
        body = {"status": "ready" if is_ready else "waiting", "checks": checks}
        return Response(json.dumps(body), status=200 if is_ready else 503, content_type="application/json")
    return problems.response(404)

"""The process that runs services: start, stop on a signal, exit code."""

from __future__ import annotations

import gc
import importlib
import os
import signal
import time
from collections.abc import Callable
from typing import Any

import eventlet
import structlog
from nameko.constants import SERIALIZER_CONFIG_KEY
from nameko.runners import ServiceRunner

from chassis import settings
from chassis.process import green, health, logs
from chassis.settings import ChassisSettings
from wire.contract import Contract

log = structlog.get_logger(__name__)

GC_THRESHOLD = 20_000
CONTAINER = "chassis.process.container.Container"


def service_class(name: str) -> type:
    """The service class of the package `name`: `billing` is in `billing.service`, and calls itself `billing`."""
    try:
        module = importlib.import_module(f"{name}.service")
    except ModuleNotFoundError as missing:
        raise SystemExit(f"no service {name!r}: {missing}") from missing
    for value in vars(module).values():
        if not isinstance(value, type) or value.__module__ != module.__name__ or issubclass(value, Contract):
            continue
        if vars(value).get("name") == name:
            return value
    raise SystemExit(f"{name}.service holds no class named {name!r}")


class Process:
    """Some services, run together in this process."""

    def __init__(self, names: list[str]) -> None:
        self._classes = [service_class(name) for name in names]
        self._chassis = settings.read(ChassisSettings)
        logs.configure(level=self._chassis.log_level, style=self._chassis.log_format)
        self._runner = ServiceRunner(
            {
                "SERVICE_CONTAINER_CLS": CONTAINER,
                "AMQP_URI": self._chassis.amqp_uri,
                SERIALIZER_CONFIG_KEY: "json",
                "ACCEPT": ["json"],
                # Each entrypoint bounds its own work; the pool only has to be larger than all together.
                "max_workers": 10_000,
            }
        )
        for cls in self._classes:
            self._runner.add_service(cls)
        self._stopping = eventlet.event.Event()

    def start(self) -> None:
        """Start everything; connections to broker and databases come when they come."""
        green.check()
        self._runner.start()
        health.watch_loop()
        if self._chassis.ops_address:
            health.serve(self._chassis.ops_address, self._runner)
        # What was made until now stays; looking through it again and again would take a tenth of the time.
        gc.collect()
        gc.freeze()
        gc.set_threshold(GC_THRESHOLD, 20, 20)
        log.info("process_started", services=[cls.name for cls in self._classes], pid=os.getpid())  # type: ignore[attr-defined]

    def ready(self) -> dict[str, bool]:
        return health.readiness(self._runner)

    def request_stop(self, *_: Any) -> None:
        """Ask the process to end; safe in a signal handler."""
        if not self._stopping.ready():
            self._stopping.send(None)

    def wait(self) -> int:
        """Block until somebody asks to stop or a service dies; returns the exit code."""
        died = eventlet.spawn(self._wait_for_death)
        self._stopping.wait()
        died.kill()
        return self._stop()

    def _wait_for_death(self) -> None:
        try:
            self._runner.wait()
        except Exception:  # whatever ended a service ends the process
            log.critical("service_died", exc_info=True)
            self._exit_code = 1
        self.request_stop()

    def _stop(self) -> int:
        started = time.monotonic()
        log.info("process_stopping")
        try:
            with eventlet.Timeout(self._chassis.stop_seconds):
                self._runner.stop()
        except eventlet.Timeout:
            log.warning("process_stopped_late", seconds=self._chassis.stop_seconds)
        log.info("process_stopped", seconds=round(time.monotonic() - started, 2))
        return getattr(self, "_exit_code", 0)


def run(names: list[str], *, when_started: Callable[[], None] = lambda: None) -> int:
    """Run services until TERM or INT; a second signal ends the process at once."""
    process = Process(names)

    def on_signal(number: int, _: Any) -> None:
        signal.signal(number, signal.SIG_DFL)
        eventlet.hubs.get_hub().schedule_call_global(0, process.request_stop)

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    process.start()
    when_started()
    return process.wait()

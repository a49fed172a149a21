"""Frontdesk's own peers: patched first, then one service as `frontdesk run` runs it."""

from __future__ import annotations

from chassis.process import green

green.patch()

from typing import Any  # noqa: E402

import eventlet  # noqa: E402
import eventlet.tpool  # noqa: E402
from nameko.extensions import Entrypoint  # noqa: E402
from nameko.runners import ServiceRunner  # noqa: E402

from chassis.process import health, logs  # noqa: E402
from tests.benchmarks.peers import calling  # noqa: E402

CONNECT_SECONDS = 20


class Driver(Entrypoint):
    """An entrypoint that the benchmark fires itself, once per caller or writer."""


def runner(amqp_uri: str, service: type) -> Any:
    """A started runner of one service, connected to the broker and to the database it may have.

    It logs warnings only, as its peers do.
    """
    logs.configure(level="WARNING", style="json")
    container = "chassis.process.container.Container"
    started = ServiceRunner({"SERVICE_CONTAINER_CLS": container, "AMQP_URI": amqp_uri, "max_workers": 10_000})
    started.add_service(service)
    started.start()
    with eventlet.Timeout(CONNECT_SECONDS):
        while not all(health.readiness(started).values()):
            eventlet.sleep(0.01)
    return started


def serve(amqp_uri: str, service: type) -> None:
    """Run a service until the parent closes our standard input."""
    started = runner(amqp_uri, service)
    calling.ready()
    eventlet.tpool.execute(calling.wait_for_parent)
    started.stop()


def drive(started: Any, workers: int, *arguments: object) -> None:
    """Fire the service's driver so many times at once, and wait until all have returned."""
    container = next(iter(started.containers))
    entrypoint = next(one for one in container.entrypoints if isinstance(one, Driver))
    for _ in range(workers):
        container.spawn_worker(entrypoint, arguments, {})
    container._worker_pool.waitall()

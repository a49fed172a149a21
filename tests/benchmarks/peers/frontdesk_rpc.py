"""How fast is an RPC of Frontdesk's chassis: `@serve`, `Client`, and everything that comes with them?

Nothing is left out to look good: the request and the reply pass their marshmallow schemas on both sides,
each call carries a deadline and a context, and is counted in the metrics. Debug logs are off, as they are
in production.
"""

from __future__ import annotations

from chassis import green

green.patch()

import time  # noqa: E402
import uuid  # noqa: E402
from typing import Any  # noqa: E402

import eventlet  # noqa: E402
import eventlet.tpool  # noqa: E402
from nameko.extensions import Entrypoint  # noqa: E402
from nameko.runners import ServiceRunner  # noqa: E402

from chassis import health, logs  # noqa: E402
from chassis.rpc import Client, serve  # noqa: E402
from tests.benchmarks.peers import calling  # noqa: E402
from wire import schema  # noqa: E402
from wire.contract import Contract, Rpc, message  # noqa: E402


@message
class Contact:
    contact_id: uuid.UUID
    email: str
    name: str
    company: str
    tags: tuple[str, ...]
    is_active: bool
    version: int


class Echoes(Contract):
    name = "bench_frontdesk"
    echo = Rpc(Contact, Contact)


class Echo:
    """The service under measurement."""

    name = Echoes.name

    @serve(Echoes.echo)
    def echo(self, request: Contact) -> Contact:
        return request


class Caller(Entrypoint):
    """An entrypoint that the benchmark fires itself, once per caller."""


class Callers:
    """A service whose workers call Echo until the round is over."""

    name = "bench_frontdesk_callers"
    echoes = Client(Echoes)

    @Caller.decorator
    def call(self, measured: calling.Round) -> None:
        contact = schema.load(Contact, dict(calling.MESSAGE))
        calling.check(schema.dump(self.echoes.echo(contact)))
        while True:
            begun_at = time.perf_counter()
            self.echoes.echo(contact)
            if not measured.count(begun_at):
                return


def runner(said: calling.Options, service: type) -> Any:
    """A runner of one service, as `frontdesk run` makes it, that is connected to the broker."""
    logs.configure(level="WARNING", style="json")
    container = "chassis.container.Container"
    started = ServiceRunner(
        {"SERVICE_CONTAINER_CLS": container, "AMQP_URI": said.amqp_uri, "max_workers": 10_000}
    )
    started.add_service(service)
    started.start()
    with eventlet.Timeout(10):
        while not all(health.readiness(started).values()):
            eventlet.sleep(0.01)
    return started


def serve_calls(said: calling.Options) -> None:
    started = runner(said, Echo)
    calling.ready()
    eventlet.tpool.execute(calling.wait_for_parent)
    started.stop()


def call(said: calling.Options) -> None:
    started = runner(said, Callers)
    container = next(iter(started.containers))
    entrypoint = next(iter(container.entrypoints))
    measured = calling.Round(seconds=said.seconds, warmup_seconds=said.warmup_seconds)
    measured.begin()
    for _ in range(said.callers):
        container.spawn_worker(entrypoint, (measured,), {})
    container._worker_pool.waitall()
    print(measured.line(), flush=True)
    started.stop()


if __name__ == "__main__":
    said = calling.options(__doc__ or "")
    serve_calls(said) if said.role == "server" else call(said)

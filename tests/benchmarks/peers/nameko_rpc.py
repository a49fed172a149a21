"""The peer nameko 2.14.1: ServiceRunner, `@rpc`, and the calls of a service's own RpcProxy.

"documented" is nameko with nothing but the broker's address: persistent messages, ten workers and with them
ten messages at a time, ten pooled connections. Only the callers' own service has as many workers as there are
callers.

Otherwise fair to nameko: messages are not persistent (nameko's default writes them to disk), max_workers and
with it the prefetch are above the number of callers, the pool of connections is as large as the callers need.

In both the method proxy is made once and not per call. What stays is what nameko always does: two confirmed
publishes per call. The service-side RpcProxy is used because it was faster than one standalone
ClusterRpcProxy per caller.
"""

from __future__ import annotations

import eventlet
import eventlet.tpool

eventlet.monkey_patch()

import time  # noqa: E402

from kombu import pools  # noqa: E402
from nameko.amqp.publish import Publisher  # noqa: E402
from nameko.extensions import Entrypoint  # noqa: E402
from nameko.rpc import RpcProxy, rpc  # noqa: E402
from nameko.runners import ServiceRunner  # noqa: E402

from tests.benchmarks.peers import calling  # noqa: E402

NOT_PERSISTENT = 1


class Echo:
    """The service under measurement."""

    name = "bench-nameko"

    @rpc
    def echo(self, message: dict[str, object]) -> dict[str, object]:
        return message


class Caller(Entrypoint):
    """An entrypoint that the benchmark fires itself, once per caller."""


class Callers:
    """A service whose workers call Echo until the round is over."""

    name = "bench-nameko-callers"
    target = RpcProxy(Echo.name)

    @Caller.decorator
    def call(self, measured: calling.Round) -> None:
        echo = self.target.echo
        calling.check(echo(calling.MESSAGE))
        while True:
            begun_at = time.perf_counter()
            echo(calling.MESSAGE)
            if not measured.count(begun_at):
                return


def runner(said: calling.Options, service: type) -> ServiceRunner:
    """A started runner of one service, set for this benchmark."""
    config: dict[str, object] = {"AMQP_URI": said.amqp_uri}
    if said.variant == "tuned":
        Publisher.delivery_mode = NOT_PERSISTENT
        pools.set_limit(64)
    if said.variant == "tuned" or service is Callers:
        config["max_workers"] = 64
    started = ServiceRunner(config)
    started.add_service(service)
    started.start()
    return started


def serve(said: calling.Options) -> None:
    started = runner(said, Echo)
    calling.ready()
    eventlet.tpool.execute(calling.wait_for_parent)
    started.kill()


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
    started.kill()


if __name__ == "__main__":
    said = calling.options(__doc__ or "")
    serve(said) if said.role == "server" else call(said)

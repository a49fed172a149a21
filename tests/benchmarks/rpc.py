"""The benchmark of RPC: calls per second at 1 and at 32 callers.

One server process and one client process per contestant, all servers on one broker; only one client runs at
a time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.benchmarks.rounds import Plan, Series, interleaved
from tests.benchmarks.stage import Stage

CALLERS = (1, 32)


@dataclass(frozen=True)
class Contestant:
    """A peer module, and how it is set."""

    name: str
    module: str
    variant: str = "tuned"


FRONTDESK = Contestant("Frontdesk", "frontdesk_rpc")
CONTESTANTS = (
    FRONTDESK,
    Contestant("nameko, as documented", "nameko_rpc", "documented"),
    Contestant("nameko, tuned", "nameko_rpc"),
    Contestant("aio-pika `JsonRPC`, as documented", "aio_pika_rpc", "documented"),
    Contestant("aio-pika `JsonRPC`, confirms off", "aio_pika_rpc"),
    Contestant("FastStream `request()`, as documented", "faststream_rpc", "documented"),
    Contestant("FastStream, own reply queue, confirms off", "faststream_rpc"),
)


def measure(stage: Stage, plan: Plan, tell: Callable[[str], None]) -> list[Series]:
    """Every contestant under every load, in interleaved rounds."""
    series = {
        (one.name, callers): Series(name=one.name, load=callers) for one in CONTESTANTS for callers in CALLERS
    }
    for number, one in interleaved(CONTESTANTS, plan.rounds):
        # A fresh server each time, for both variants of a peer consume from one queue.
        with stage.scene() as alone:
            alone.server(one.module, "server", "--variant", one.variant)
            for callers in CALLERS:
                load = ("--variant", one.variant, "--callers", str(callers))
                sample = alone.client(one.module, "client", *load, plan=plan)
                series[one.name, callers].samples.append(sample)
                tell(f"rpc {number + 1}/{plan.rounds}: {one.name} at {callers}: {sample.rate:,.0f} calls/s")
    return list(series.values())

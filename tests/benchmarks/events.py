"""The benchmark of events: throughput and latency from a commit to the committed effect.

Frontdesk alone: the peers have no outbox and no inbox to compare with.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.benchmarks.rounds import Plan, Series, interleaved
from tests.benchmarks.stage import Stage

WRITERS = 16
AS_FAST = "as fast as 16 writers commit"
PACED = "100 a second"
LOADS = {AS_FAST: 0, PACED: 100}


def measure(stage: Stage, plan: Plan, tell: Callable[[str], None]) -> list[Series]:
    """One listening process and, per round, one announcing process, each with its own database."""
    environment = {
        "FRONTDESK_BENCH_ANNOUNCER_DATABASE_URL": stage.databases.new("bench_announcer"),
        "FRONTDESK_BENCH_LISTENER_DATABASE_URL": stage.databases.new("bench_listener"),
    }
    series = {name: Series(name=name, load=a_second) for name, a_second in LOADS.items()}
    with stage.scene() as here:
        here.server("frontdesk_events", "server", environment=environment)
        for number, name in interleaved(tuple(LOADS), plan.rounds):
            load = ("--callers", str(WRITERS), "--a-second", str(LOADS[name]))
            sample = here.client("frontdesk_events", "client", *load, plan=plan, environment=environment)
            series[name].samples.append(sample)
            tell(f"events {number + 1}/{plan.rounds}: {name}: {sample.rate:,.0f} events/s")
    return list(series.values())

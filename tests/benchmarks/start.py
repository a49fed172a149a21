"""The benchmark of the start of the embedded mode, for the first time and again."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from chassis.process.ports import free_port
from tests.benchmarks.rounds import Plan
from tests.benchmarks.stage import Stage
from tests.support.processes import Processes

LIMIT_SECONDS = 10.0
PATIENCE_SECONDS = 120.0
READY = "Press Ctrl-C to stop"


@dataclass(frozen=True, kw_only=True)
class Start:
    name: str
    seconds: float


def measure(_stage: Stage, _plan: Plan, tell: Callable[[str], None]) -> list[Start]:
    """A start with no data, and another with those of the first."""
    found = []
    with tempfile.TemporaryDirectory(prefix="frontdesk-start-") as folder:
        for name in ("the first start", "the second start"):
            started = Start(name=name, seconds=_seconds(Path(folder)))
            tell(f"start: {name}: {started.seconds:.1f} s")
            found.append(started)
    return found


def _seconds(folder: Path) -> float:
    processes = Processes(folder)
    environment = {
        "FRONTDESK_HOME": str(folder / "home"),
        "FRONTDESK_HTTP_ADDRESS": f"127.0.0.1:{free_port()}",
    }
    begun = time.monotonic()
    try:
        suite = processes.start("frontdesk", "dev", environment=environment)
        suite.wait_for_output(READY, PATIENCE_SECONDS)
        took = time.monotonic() - begun
        suite.interrupt()
    finally:
        processes.close()
    return took

"""How do tests start a hundred services without a hundred times two seconds of imports? By forks of one process.

What is started is `frontdesk run`, in a process group of its own; see `forge_process`.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from deploy.local.watchdog import Watchdog
from tests.support.waiting import eventually

ROOT = Path(__file__).parents[2]
# Services that exist only in tests are found here.
DRILLS = ROOT / "tests" / "faults" / "services"
PYTHONPATH = os.pathsep.join([str(DRILLS), str(ROOT)])
START_SECONDS = 30.0


class Forged:
    """A process that the forge started: what `subprocess.Popen` is for a command."""

    def __init__(self, pid: int, statuses: Mapping[int, int]) -> None:
        self.pid = pid
        self._statuses = statuses

    @property
    def returncode(self) -> int | None:
        return self.poll()

    def poll(self) -> int | None:
        return self._statuses.get(self.pid)

    def wait(self, timeout_seconds: float = START_SECONDS) -> int:
        """Its exit status, negative for a signal; raises `subprocess.TimeoutExpired`."""
        with suppress(AssertionError):
            eventually(lambda: self.poll() is not None, timeout_seconds, f"process {self.pid} ends")
        status = self.poll()
        if status is None:
            raise subprocess.TimeoutExpired("frontdesk run", timeout_seconds)
        return status

    def terminate(self) -> None:
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGTERM)


class Forge:
    """Starts services by forking from one process that has imported them."""

    def __init__(self, folder: Path) -> None:
        self._statuses: dict[int, int] = {}
        self._started: queue.Queue[int] = queue.Queue()
        self._order = threading.Lock()
        self._errors = (folder / "forge.log").open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.support.forge_process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            start_new_session=True,
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": PYTHONPATH, "PYTHONUNBUFFERED": "1"},
        )
        self._watchdog = Watchdog(folder)
        self._watchdog.watch("forge", self._process.pid)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def start(self, names: Sequence[str], environment: Mapping[str, str], log: Path) -> Forged:
        """`frontdesk run NAMES`, with `environment` over this process's own; it writes to `log`."""
        log.touch()
        order = {"run": list(names), "environment": dict(environment), "log": str(log)}
        assert self._process.stdin is not None
        with self._order:
            self._process.stdin.write(json.dumps(order).encode() + b"\n")
            self._process.stdin.flush()
            pid = self._started.get(timeout=START_SECONDS)
        return Forged(pid, self._statuses)

    def close(self) -> None:
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait(10)
        self._reader.join(5)
        if self._process.stdout:
            self._process.stdout.close()
        self._errors.close()
        self._watchdog.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            said = json.loads(line)
            if "started" in said:
                # Before its pid is told: another process may have had the same number.
                self._statuses.pop(said["started"], None)
                self._watchdog.watch(str(said["started"]), said["started"])
                self._started.put(said["started"])
            else:
                self._watchdog.forget(str(said["ended"]))
                self._statuses[said["ended"]] = said["status"]

"""A fork server: services start by forks of one process that has imported them, not by two seconds of imports each.

What is started is `frontdesk run`, in a process group of its own; see `fork_server_process`.
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
TEST_SERVICES = ROOT / "tests" / "faults" / "services"
PYTHONPATH = os.pathsep.join([str(TEST_SERVICES), str(ROOT)])
START_SECONDS = 60.0
# The first fork waits for the imports, beside whatever else the machine does.
FORK_SECONDS = 120.0


class ForkedProcess:
    """A process that the fork server started: what `subprocess.Popen` is for a command."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        return self.returncode

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


class ForkServer:
    """Starts services by forking from one process that has imported them."""

    def __init__(self, folder: Path) -> None:
        self._running: dict[int, ForkedProcess] = {}
        self._started: queue.Queue[ForkedProcess | None] = queue.Queue()
        self._lock = threading.Lock()
        self._log = folder / "fork_server.log"
        self._errors = self._log.open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.support.fork_server_process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            start_new_session=True,
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": PYTHONPATH, "PYTHONUNBUFFERED": "1"},
        )
        self._watchdog = Watchdog(folder)
        self._watchdog.watch("fork_server", self._process.pid)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def start(self, names: Sequence[str], environment: Mapping[str, str], log: Path) -> ForkedProcess:
        """`frontdesk run NAMES`, with `environment` over this process's own; it writes to `log`."""
        log.touch()
        request = {"run": list(names), "environment": dict(environment), "log": str(log)}
        assert self._process.stdin is not None
        with self._lock:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
            forked = self._started.get(timeout=FORK_SECONDS)
        if forked is None:
            raise RuntimeError(f"the fork server has ended:\n{self._log.read_text(errors='replace')}")
        return forked

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
        """What the fork server reports, until it ends."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            report = json.loads(line)
            if pid := report.get("started"):
                self._running[pid] = ForkedProcess(pid)
                self._watchdog.watch(str(pid), pid)
                self._started.put(self._running[pid])
            else:
                self._watchdog.forget(str(report["ended"]))
                self._running.pop(report["ended"]).returncode = report["status"]
        self._started.put(None)

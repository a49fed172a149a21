"""Processes of the suite's own commands, with a log each, which end with their test."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from deploy.local.rabbitmq import is_open
from deploy.local.watchdog import Watchdog
from tests.support.fork_server import ForkedProcess, ForkServer
from tests.support.waiting import LIMIT_SECONDS, eventually

BIN = Path(sys.executable).parent
SHOWN_LINES = 30


class Process:
    """One started command; it leads a process group of its own."""

    def __init__(self, name: str, popen: subprocess.Popen[bytes] | ForkedProcess, log: Path) -> None:
        self.name = name
        self.log = log
        self._popen = popen

    @property
    def pid(self) -> int:
        return self._popen.pid

    @property
    def is_running(self) -> bool:
        return self._popen.poll() is None

    def output(self) -> str:
        return self.log.read_text(errors="replace")

    def tail(self) -> str:
        return "\n".join(self.output().splitlines()[-SHOWN_LINES:])

    def wait_for_output(self, text: str, timeout_seconds: float = LIMIT_SECONDS) -> None:
        """Until the log holds `text`; fails early when the process ends without having written it."""

        def has_written() -> bool:
            is_over = not self.is_running  # before the look at the log: the text may be its last
            if text in self.output():
                return True
            if is_over:
                raise RuntimeError(
                    f"{self.name} ended ({self._popen.returncode}) before {text!r}:\n{self.tail()}"
                )
            return False

        eventually(has_written, timeout_seconds, f"{self.name} writes {text!r}; its log ends:\n{self.tail()}")

    def wait_for_port(self, port: int, timeout_seconds: float = LIMIT_SECONDS) -> None:
        """Until something accepts connections on that port of 127.0.0.1."""

        def accepts() -> bool:
            if not self.is_running:
                raise RuntimeError(f"{self.name} ended ({self._popen.returncode}):\n{self.tail()}")
            return is_open(port)

        eventually(accepts, timeout_seconds, f"{self.name} listens on {port}")

    def wait(self, timeout_seconds: float = LIMIT_SECONDS) -> int:
        """Its exit status, negative for a signal."""
        try:
            return self._popen.wait(timeout_seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(
                f"{self.name} did not end within {timeout_seconds:g} s:\n{self.tail()}"
            ) from None

    def terminate(self, timeout_seconds: float = LIMIT_SECONDS) -> int:
        self._popen.terminate()
        return self.wait(timeout_seconds)

    def interrupt(self, timeout_seconds: float = LIMIT_SECONDS) -> int:
        """As Ctrl-C in a terminal: to the whole group."""
        self._signal_group(signal.SIGINT)
        return self.wait(timeout_seconds)

    def kill(self) -> None:
        self._signal_group(signal.SIGKILL)
        self._popen.wait()

    def pause(self) -> None:
        self._signal_group(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal_group(signal.SIGCONT)

    def _signal_group(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.pid, number)


class Processes:
    """Starts processes, and ends them all with the test, or with the test run when that is killed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._watchdog = Watchdog(folder)
        self.all: list[Process] = []

    def start(
        self,
        *command: str,
        environment: Mapping[str, str] | None = None,
        name: str = "",
        cwd: Path | None = None,
    ) -> Process:
        """Runs `command` with this process's environment and `environment` over it.

        A bare `frontdesk` or `python` is the one of the environment that runs the tests.
        """
        name, log = self._named(name or Path(command[0]).name)
        variables = os.environ | {"PYTHONUNBUFFERED": "1"} | dict(environment or {})
        with log.open("wb") as output:
            popen = subprocess.Popen(
                resolve(command),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=variables,
                cwd=cwd,
                start_new_session=True,
            )
        self._watchdog.watch(name, popen.pid)
        return self._started(Process(name, popen, log))

    def fork(
        self,
        fork_server: ForkServer,
        *services: str,
        environment: Mapping[str, str] | None = None,
        name: str = "",
    ) -> Process:
        """`frontdesk run SERVICES` as `start` runs it, without its imports."""
        name, log = self._named(name or "+".join(services))
        return self._started(Process(name, fork_server.start(services, environment or {}, log), log))

    def _named(self, name: str) -> tuple[str, Path]:
        name = f"{len(self.all) + 1:02}-{name}"
        return name, self._folder / f"{name}.log"

    def _started(self, process: Process) -> Process:
        self.all.append(process)
        return process

    def tails(self) -> str:
        """The end of every log, to be shown beside a failure."""
        return "\n".join(f"--- {process.name}\n{process.tail()}" for process in self.all)

    def close(self) -> None:
        for process in self.all:
            process.kill()
            self._watchdog.forget(process.name)
        self._watchdog.close()


def resolve(command: Sequence[str]) -> list[str]:
    own = BIN / command[0]
    return [str(own) if own.exists() else command[0], *command[1:]]

"""Where do the contestants run? In processes of their own, on one private broker and one PostgreSQL."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from chassis.embedded import EmbeddedPostgres, free_port
from deploy.local.rabbitmq import is_open
from tests.benchmarks.peers import http_serving
from tests.benchmarks.rounds import Plan, Sample
from tests.support.postgres import Databases
from tests.support.rabbitmq import open_broker
from tests.support.waiting import eventually

ROOT = Path(__file__).parents[2]
PEERS = "tests.benchmarks.peers"
START_SECONDS = 20.0


class PeerError(Exception):
    """A peer did not start, or a client did not finish; the message holds what it wrote."""


@dataclass(kw_only=True)
class Stage:
    """The servers that all contestants share, and the processes started for them."""

    folder: Path
    amqp_uri: str
    databases: Databases
    stack: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    def server(self, module: str, *arguments: str, environment: Mapping[str, str] | None = None) -> None:
        """Start a peer that says "ready"; it ends when its standard input is closed."""
        process = self._start(module, arguments, environment or {})
        assert process.stdout
        said = process.stdout.readline()
        if said != "ready\n":
            raise PeerError(f"{module} did not start: {said!r}\n{self._complaints(module)}")

    def http_server(self, module: str, *arguments: str, environment: Mapping[str, str] | None = None) -> int:
        """Start a peer that listens on the port that it is given; the port."""
        port = free_port()
        process = self._start(module, arguments, {http_serving.PORT: str(port), **(environment or {})})

        def listens() -> bool:
            if process.poll() is not None:
                raise PeerError(f"{module} ended\n{self._complaints(module)}")
            return is_open(port)

        eventually(listens, START_SECONDS, f"{module} listens")
        return port

    def client(
        self, module: str, *arguments: str, plan: Plan, environment: Mapping[str, str] | None = None
    ) -> Sample:
        """Run one round in a process of its own and return what it printed."""
        lengths = ("--seconds", str(plan.seconds), "--warmup-seconds", str(plan.warmup_seconds))
        done = subprocess.run(
            self._command(module, (*arguments, *lengths)),
            env=self._environment(environment or {}),
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=plan.seconds + plan.warmup_seconds + 30,
        )
        if done.returncode:
            raise PeerError(f"{module} failed:\n{done.stderr[-2000:]}")
        told = json.loads(done.stdout.splitlines()[-1])
        return Sample(rate=told["rate"], p50_ms=told["p50_ms"], p99_ms=told["p99_ms"])

    @contextlib.contextmanager
    def scene(self) -> Iterator[Stage]:
        """The same servers; the processes started within end with it."""
        with contextlib.ExitStack() as stack:
            yield dataclasses.replace(self, stack=stack)

    def _start(
        self, module: str, arguments: tuple[str, ...], environment: Mapping[str, str]
    ) -> subprocess.Popen[str]:
        errors = self.stack.enter_context(self._log(module).open("w"))
        process = subprocess.Popen(
            self._command(module, arguments),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env=self._environment(environment),
            cwd=ROOT,
        )
        self.stack.callback(end, process)
        return process

    def _command(self, module: str, arguments: tuple[str, ...]) -> list[str]:
        return [sys.executable, "-W", "ignore", "-m", f"{PEERS}.{module}", *arguments]

    def _environment(self, more: Mapping[str, str]) -> dict[str, str]:
        return os.environ | {"FRONTDESK_AMQP_URI": self.amqp_uri} | dict(more)

    def _log(self, module: str) -> Path:
        return self.folder / f"{module}.log"

    def _complaints(self, module: str) -> str:
        return self._log(module).read_text(errors="replace")[-2000:]


def plain_url(sqlalchemy_url: str) -> str:
    """The URL as psycopg itself takes it."""
    return sqlalchemy_url.replace("postgresql+psycopg://", "postgresql://", 1)


def end(process: subprocess.Popen[str]) -> None:
    """Close its standard input, which it takes as the sign to stop; kill it when it does not."""
    with process:
        assert process.stdin
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()


class DurableDatabases(Databases):
    """As the tests' databases, but a commit is on the disk, and PostgreSQL notes when each commit was."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        settings = {"track_commit_timestamp": "on"}
        self.server = EmbeddedPostgres(folder, tcp=True, settings=settings)


@contextlib.contextmanager
def opened(folder: Path) -> Iterator[Stage]:
    """A running broker and a running PostgreSQL, ended afterwards."""
    with contextlib.ExitStack() as stack:
        broker = open_broker(folder / "rabbitmq")
        stack.callback(broker.close)
        databases = DurableDatabases(folder / "postgres")
        databases.start()
        stack.callback(databases.close)
        yield Stage(folder=folder, amqp_uri=broker.new_vhost(), databases=databases)

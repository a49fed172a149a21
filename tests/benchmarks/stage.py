"""The environment of a benchmark: peers as processes on one private broker and one PostgreSQL."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from chassis.database.embedded import EmbeddedPostgres
from chassis.process.ports import free_port
from deploy.local.rabbitmq import is_open
from tests.benchmarks.peers import http_serving
from tests.benchmarks.rounds import Plan, Sample
from tests.support.postgres import Databases
from tests.support.rabbitmq import open_broker
from tests.support.waiting import eventually

ROOT = Path(__file__).parents[2]
PEERS = "tests.benchmarks.peers"
START_SECONDS = 20.0
SHOWN_CHARACTERS = 3000

_numbers = itertools.count(1)


class PeerError(Exception):
    """A peer did not start, or a client did not finish; the message holds what it wrote."""


@dataclass(kw_only=True)
class Peer:
    """A started server."""

    module: str
    popen: subprocess.Popen[str]
    log: Path

    def check(self) -> None:
        """Raise when it has ended."""
        if self.popen.poll() is not None:
            raise PeerError(
                f"{self.module} ended\n{self.log.read_text(errors='replace')[-SHOWN_CHARACTERS:]}"
            )

    def wait_until_it_says_ready(self) -> None:
        assert self.popen.stdout
        if self.popen.stdout.readline() != "ready\n":
            self.popen.wait(START_SECONDS)
            self.check()

    def end(self) -> None:
        """Close its standard input, which it takes as the sign to stop; kill it when it does not."""
        with self.popen as process:
            assert process.stdin
            with contextlib.suppress(BrokenPipeError):
                process.stdin.close()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()


@dataclass(kw_only=True)
class Stage:
    """The servers that all contestants share, and the processes started for them."""

    folder: Path
    amqp_uri: str
    databases: Databases
    stack: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    def process(self, module: str, *arguments: str, environment: Mapping[str, str] | None = None) -> Peer:
        """Start a peer; it ends with this scene, and whenever its standard input is closed."""
        log = self.folder / f"{next(_numbers):03}-{module}.log"
        errors = self.stack.enter_context(log.open("w"))
        popen = subprocess.Popen(
            command(module, arguments),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env=self._environment(environment),
            cwd=ROOT,
        )
        peer = Peer(module=module, popen=popen, log=log)
        self.stack.callback(peer.end)
        return peer

    def server(self, module: str, *arguments: str, environment: Mapping[str, str] | None = None) -> None:
        """Start a peer that says "ready"."""
        self.process(module, *arguments, environment=environment).wait_until_it_says_ready()

    def http_server(self, module: str, *arguments: str, environment: Mapping[str, str] | None = None) -> int:
        """Start a peer that listens on the port that it is given; the port."""
        port = free_port()
        given = {http_serving.PORT: str(port), **(environment or {})}
        peer = self.process(module, *arguments, environment=given)

        def listens() -> bool:
            peer.check()
            return is_open(port)

        eventually(listens, START_SECONDS, f"{module} listens")
        return port

    def client(
        self, module: str, *arguments: str, plan: Plan, environment: Mapping[str, str] | None = None
    ) -> Sample:
        """Run one round in a process of its own and return what it printed."""
        lengths = ("--seconds", str(plan.seconds), "--warmup-seconds", str(plan.warmup_seconds))
        done = subprocess.run(
            command(module, (*arguments, *lengths)),
            env=self._environment(environment),
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=plan.seconds + plan.warmup_seconds + 120,
        )
        if done.returncode:
            raise PeerError(f"{module} failed:\n{done.stderr[-SHOWN_CHARACTERS:]}")
        told = json.loads(done.stdout.splitlines()[-1])
        return Sample(rate=told["rate"], p50_ms=told["p50_ms"], p99_ms=told["p99_ms"])

    @contextlib.contextmanager
    def scene(self) -> Iterator[Stage]:
        """The same servers; the processes started within end with it."""
        with contextlib.ExitStack() as stack:
            yield dataclasses.replace(self, stack=stack)

    def _environment(self, more: Mapping[str, str] | None) -> dict[str, str]:
        return os.environ | {"FRONTDESK_AMQP_URI": self.amqp_uri} | dict(more or {})


def command(module: str, arguments: tuple[str, ...]) -> list[str]:
    return [sys.executable, "-W", "ignore", "-m", f"{PEERS}.{module}", *arguments]


def plain_url(sqlalchemy_url: str) -> str:
    """The URL as psycopg itself takes it."""
    return sqlalchemy_url.replace("postgresql+psycopg://", "postgresql://", 1)


class DurableDatabases(Databases):
    """As the tests' databases, but a commit is on the disk, and PostgreSQL notes when each commit was."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.server = EmbeddedPostgres(folder, tcp=True, settings={"track_commit_timestamp": "on"})


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

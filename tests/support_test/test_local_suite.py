"""The suite on one machine runs as many processes as wanted, and starts crashed ones again."""

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local import state as state_module
from deploy.local.state import State
from deploy.local.suite import Suite
from tests.support.waiting import eventually

SERVICE = """
import os, signal, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
print("pid", os.getpid(), os.environ["FRONTDESK_AMQP_URI"], flush=True)
signal.pause()
"""


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> State:
    (tmp_path / "service.py").write_text(SERVICE)
    (tmp_path / "Procfile").write_text(f"billing: python {tmp_path}/service.py\n")
    monkeypatch.setattr(state_module, "PROCFILE", tmp_path / "Procfile")
    monkeypatch.setenv("FRONTDESK_HOME", str(tmp_path))
    return State.here()


@pytest.fixture
def said(state: State) -> Iterator[list[str]]:
    """What a running suite has said."""
    lines: list[str] = []
    suite = Suite(state, {"FRONTDESK_AMQP_URI": "amqp://here"}, lines.append)
    thread = threading.Thread(target=suite.run)
    thread.start()
    yield lines
    suite.request_stop()
    thread.join(10)
    assert not thread.is_alive()


def pids(state: State, name: str) -> list[int]:
    log = state.logs / f"{name}.log"
    return [int(line.split()[1]) for line in log.read_text().splitlines()] if log.exists() else []


def test_runs_as_many_as_wanted(state: State, said: list[str]) -> None:
    eventually(state.is_as_wanted, what="one process")
    state.want({"billing": 3})
    eventually(state.is_as_wanted, what="three processes")
    eventually(lambda: pids(state, "billing.3"), what="the third has written to its log")
    state.want({"billing": 1})
    eventually(state.is_as_wanted, what="one process again")
    assert "amqp://here" in (state.logs / "billing.1.log").read_text()


def test_starts_again_what_crashed(state: State, said: list[str]) -> None:
    first = eventually(lambda: pids(state, "billing.1"))[0]
    os.kill(first, signal.SIGKILL)
    eventually(lambda: len(pids(state, "billing.1")) == 2, what="a second process")
    assert any("billing.1 ended (-9)" in line for line in said)


def test_nothing_is_up_unless_a_supervisor_holds_the_suite(state: State) -> None:
    assert state.supervisor() is None
    lock = state.become_supervisor()
    assert state.supervisor() == os.getpid()
    os.close(lock)
    assert state.supervisor() is None

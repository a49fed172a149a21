"""Conformance of the in-process bus and of RabbitMQ to the same scenarios."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.rig import Rig
from tests.support.fork_server import PYTHONPATH, ROOT
from tests.support.postgres import Databases
from tests.support.rabbitmq import Broker

CONFORMANCE = Path(__file__).parent / "conformance.py"
SCENARIOS = [
    target.id
    for node in ast.parse(CONFORMANCE.read_text()).body
    if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "SCENARIOS"
    for target in node.value.elts  # type: ignore[attr-defined]  # a tuple of names
]
LIMIT_SECONDS = 90


@pytest.fixture(scope="module", params=["memory", "rabbitmq"])
def failures(request: pytest.FixtureRequest, postgres: Databases) -> dict[str, str]:
    """The traceback of each scenario over that bus; empty for one that passed."""
    uri = "memory://"
    if request.param == "rabbitmq":
        broker: Broker = request.getfixturevalue("rabbit")
        uri = broker.new_vhost()
    rig = Rig(None, Path(), uri, postgres.new)  # type: ignore[arg-type]  # nothing is forked here
    environment = rig.environment_of("maker", "keeper", "asker") | {
        "PYTHONPATH": PYTHONPATH,
        "FRONTDESK_LOG_LEVEL": "CRITICAL",
    }
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.chassis.bus.conformance"],
        capture_output=True,
        text=True,
        check=False,
        timeout=LIMIT_SECONDS,
        env=os.environ | environment,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    read: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return read


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_bus_keeps_its_promise_that(scenario: str, failures: dict[str, str]) -> None:
    assert not failures[scenario], failures[scenario]


def test_every_scenario_was_run(failures: dict[str, str]) -> None:
    assert sorted(failures) == sorted(SCENARIOS)

"""Fixtures of the fault tests: a rig of services that exist to be harmed."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import outcome
from tests.faults.rig import Rig
from tests.support.fork_server import ForkServer
from tests.support.rabbitmq import PrivateBroker


@pytest.fixture
def rig(
    fork_server: ForkServer,
    tmp_path: Path,
    amqp_uri: str,
    new_database: Callable[[str], str],
    request: pytest.FixtureRequest,
) -> Iterator[Rig]:
    """The fault tests' services over a virtual host of the shared broker."""
    yield from opened(Rig(fork_server, tmp_path, amqp_uri, new_database), request)


@pytest.fixture
def harmed_rig(
    fork_server: ForkServer,
    tmp_path: Path,
    rabbit_node: PrivateBroker,
    new_database: Callable[[str], str],
    request: pytest.FixtureRequest,
) -> Iterator[Rig]:
    """The same over a broker that may be stopped and killed."""
    yield from opened(Rig(fork_server, tmp_path, rabbit_node.new_vhost(), new_database), request)


def opened(rig: Rig, request: pytest.FixtureRequest) -> Iterator[Rig]:
    with rig:
        yield rig
    report = request.node.stash.get(outcome, None)
    if report is None or report.failed:
        print(rig.tails())

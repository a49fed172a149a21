"""What do the tests of faults share? A forge of processes, and a rig of services over it."""

from collections.abc import Callable, Iterator

import pytest

from tests.conftest import outcome
from tests.faults.rig import Forge, Rig
from tests.support.rabbitmq import PrivateBroker


@pytest.fixture(scope="session")
def forge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forge]:
    """The process that services are forked from."""
    forge = Forge(tmp_path_factory.mktemp("forge"))
    yield forge
    forge.close()


@pytest.fixture
def rig(
    forge: Forge, amqp_uri: str, new_database: Callable[[str], str], request: pytest.FixtureRequest
) -> Iterator[Rig]:
    """The drill's services over a virtual host of the shared broker."""
    yield from opened(Rig(forge, amqp_uri, new_database), request)


@pytest.fixture
def harmed_rig(
    forge: Forge,
    rabbit_node: PrivateBroker,
    new_database: Callable[[str], str],
    request: pytest.FixtureRequest,
) -> Iterator[Rig]:
    """The same over a broker that may be stopped and killed."""
    yield from opened(Rig(forge, rabbit_node.new_vhost(), new_database), request)


def opened(rig: Rig, request: pytest.FixtureRequest) -> Iterator[Rig]:
    with rig:
        yield rig
    report = request.node.stash.get(outcome, None)
    if report is None or report.failed:
        print(rig.tails())

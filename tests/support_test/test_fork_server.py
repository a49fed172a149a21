"""Services that the fork server starts: what ends one of them is in its log."""

import socket
from collections.abc import Iterator

import pytest

from tests.support.fork_server import ForkServer
from tests.support.processes import Process, Processes


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def ended(processes: Processes, fork_server: ForkServer, **environment: str) -> Process:
    """A service that cannot start; it needs no broker to find that out."""
    known = {"FRONTDESK_AMQP_URI": "amqp://guest:guest@127.0.0.1:1/"}
    process = processes.fork(fork_server, "asker", environment=known | environment)
    assert process.wait() == 1
    return process


def test_what_was_raised_is_in_the_log(
    processes: Processes, fork_server: ForkServer, taken_port: int
) -> None:
    address = f"127.0.0.1:{taken_port}"
    process = ended(processes, fork_server, FRONTDESK_OPS_ADDRESS=address, FRONTDESK_LOG_LEVEL="ERROR")
    assert "Traceback" in process.output()
    assert "Address already in use" in process.output()


def test_so_is_what_ends_it_on_purpose(processes: Processes, fork_server: ForkServer) -> None:
    process = ended(processes, fork_server, FRONTDESK_DATABASE_SILENCE_SECONDS="long")
    assert "FRONTDESK_DATABASE_SILENCE_SECONDS is no number: long" in process.output()


def test_so_is_what_is_raised_before_it_runs(processes: Processes, fork_server: ForkServer) -> None:
    process = ended(processes, fork_server, FRONTDESK_CRASH_AT="nowhere.at_all:1")
    assert "nowhere.at_all is not a registered crash point" in process.output()

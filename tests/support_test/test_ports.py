"""Ports for servers: nobody listens there, and no other process is given the same."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import pytest

from chassis.process import ports
from chassis.process.ports import PORTS_OF_CONNECTIONS, free_port

PROCESSES = 4
# As many as several hundred suites of tests choose: by chance alone dozens of them would be chosen twice.
PORTS_EACH = 300
CHOOSER = f"""
import time
from chassis.process import ports
from chassis.process.ports import free_port
print(*(free_port() for _ in range({PORTS_EACH})), flush=True)
time.sleep(60)
"""


@contextmanager
def chooser() -> Iterator[list[int]]:
    """The ports that a process has chosen, which listens on none of them yet."""
    process = subprocess.Popen([sys.executable, "-c", CHOOSER], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield [int(port) for port in process.stdout.readline().split()]
    finally:
        process.kill()
        process.communicate()


def test_nobody_listens_there() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", free_port()))


@pytest.mark.skipif(sys.platform != "linux", reason="reads the port range of Linux")
def test_no_outgoing_connection_takes_it_by_chance() -> None:
    lowest = int(PORTS_OF_CONNECTIONS.read_text().split()[0])
    assert all(free_port() < lowest for _ in range(50))


def test_of_several_processes_no_two_are_given_the_same() -> None:
    with ExitStack() as stack:
        chosen = [port for _ in range(PROCESSES) for port in stack.enter_context(chooser())]
    assert len(set(chosen)) == len(chosen) == PROCESSES * PORTS_EACH


def test_of_several_threads_no_two_are_given_the_same() -> None:
    with ThreadPoolExecutor(PROCESSES) as pool:
        chosen = list(pool.map(lambda _: free_port(), range(PORTS_EACH)))
    assert len(set(chosen)) == len(chosen)


def test_what_an_ended_process_was_given_is_free_again(monkeypatch: pytest.MonkeyPatch) -> None:
    with chooser() as chosen:
        tried = iter([chosen[0], 0])
        monkeypatch.setattr(ports, "_any_port", lambda: next(tried))
        assert free_port() != chosen[0]
    tried = iter([chosen[0]])
    assert free_port() == chosen[0]

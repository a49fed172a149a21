"""The proxy passes on, delays, swallows, cuts and heals."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from tests.support.proxy import Proxy
from tests.support.waiting import eventually


@pytest.fixture
def echo_port() -> Iterator[int]:
    """A server that sends back what it gets."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=echo, args=(connection,), daemon=True).start()

    def echo(connection: socket.socket) -> None:
        with connection:
            try:
                while chunk := connection.recv(1000):
                    connection.sendall(chunk)
            except ConnectionError:
                return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield listener.getsockname()[1]
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(5)


@pytest.fixture
def proxy(echo_port: int, new_proxy: Callable[[int], Proxy]) -> Proxy:
    return new_proxy(echo_port)


@pytest.fixture
def client(proxy: Proxy) -> Iterator[socket.socket]:
    with closing(socket.create_connection(("127.0.0.1", proxy.port), timeout=5)) as connection:
        yield connection


def say(client: socket.socket, text: bytes, wait_seconds: float = 5) -> bytes:
    client.settimeout(wait_seconds)
    client.sendall(text)
    if answer := client.recv(1000):
        return answer
    raise ConnectionError("closed in order")


def test_passes(client: socket.socket) -> None:
    assert say(client, b"hello") == b"hello"


def test_delays_each_way(proxy: Proxy, client: socket.socket) -> None:
    proxy.delay_seconds = 0.1
    start = time.monotonic()
    assert say(client, b"late") == b"late"
    assert time.monotonic() - start >= 0.2


def test_swallows_one_direction_and_heals(proxy: Proxy, client: socket.socket) -> None:
    assert say(client, b"before") == b"before"
    proxy.drops_answers = True
    with pytest.raises(TimeoutError):
        say(client, b"lost", 0.2)
    eventually(lambda: proxy.swallowed == len(b"lost"), what="the answer has come to the proxy")
    proxy.heal()
    assert say(client, b"after") == b"after"


def test_a_black_hole_accepts_and_never_answers(proxy: Proxy, client: socket.socket) -> None:
    proxy.black_hole()
    with pytest.raises(TimeoutError):
        say(client, b"anyone?", 0.2)


def test_cuts_what_is_open_and_takes_new_connections(proxy: Proxy, client: socket.socket) -> None:
    assert say(client, b"before") == b"before"
    assert proxy.cut() == 1
    with pytest.raises(ConnectionError):
        say(client, b"gone")
    with closing(socket.create_connection(("127.0.0.1", proxy.port), timeout=5)) as second:
        assert say(second, b"again") == b"again"


def test_refuses_new_connections(proxy: Proxy) -> None:
    proxy.refuses = True

    def knock() -> None:
        with closing(socket.create_connection(("127.0.0.1", proxy.port), timeout=5)) as refused:
            say(refused, b"no")

    with pytest.raises(ConnectionError):
        knock()


def test_forgets_connections_that_ended(proxy: Proxy, client: socket.socket) -> None:
    say(client, b"hello")
    client.close()
    eventually(lambda: proxy.connections == 0, what="the proxy has closed both ends")

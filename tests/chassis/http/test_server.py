"""The HTTP server: it outlives its clients, and its answers reveal nothing of the cause of an error."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from chassis.process.ports import free_port
from tests.chassis.http.raw_http import Answer, RawConnection, ask, get, post
from tests.support.processes import BIN, Process, Processes
from tests.support.waiting import eventually

SERVICES = Path(__file__).parent / "services"
# As it is, only sooner: a client's time for the first line, the rest of the head, the body, a body nobody reads.
IMPATIENT = {
    "FRONTDESK_HTTP_IDLE_SECONDS": "2",
    "FRONTDESK_HTTP_HEAD_SECONDS": "1.5",
    "FRONTDESK_HTTP_BODY_SECONDS": "1.5",
    "FRONTDESK_HTTP_DISCARD_SECONDS": "1",
}
CLOSED_WITHIN_SECONDS = 5.0  # the longest of these ways takes two and a half
MEGABYTE = 1024 * 1024
OPEN_FILES = 128


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("web")


class Web:
    """A running server."""

    def __init__(self, processes: Processes, *before: str, **extra: str) -> None:
        self.port, self.ops_port = free_port(), free_port()
        environment = extra | {
            "PYTHONPATH": str(SERVICES),
            "FRONTDESK_AMQP_URI": "memory://",
            "FRONTDESK_HTTP_ADDRESS": f"127.0.0.1:{self.port}",
            "FRONTDESK_OPS_ADDRESS": f"127.0.0.1:{self.ops_port}",
            "FRONTDESK_LOG_LEVEL": "WARNING",
        }
        command = (*before, str(BIN / "frontdesk"), "run", "web")
        self.process: Process = processes.start(*command, environment=environment)
        self.process.wait_for_port(self.ops_port)  # the later one

    def is_well(self) -> bool:
        answer = ask(self.port, get("/ok"))
        return (answer.status, answer.body) == (200, b"ok")

    def is_watched(self) -> bool:
        """Whether the port for operators answers."""
        return ask(self.ops_port, get("/health/live")).status == 200

    def megabytes(self) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        (line,) = (line for line in status.splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024

    def open_files(self) -> int:
        return len(list(Path(f"/proc/{self.process.pid}/fd").iterdir()))


@pytest.fixture(scope="module")
def web(folder: Path) -> Iterator[Web]:
    processes = Processes(folder)
    yield Web(processes)
    processes.close()


def test_an_exception_is_a_500_that_shows_nothing_of_it(web: Web) -> None:
    for path in ("/boom", "/nothing"):
        answer = ask(web.port, get(path, "X-Request-Id: abc-123")).assert_secure()
        assert (answer.status, answer.problem["code"]) == (500, "internal_error")
        assert answer.problem["request_id"] == "abc-123"
        assert answer.headers["x-request-id"] == "abc-123"
    assert "hunter2" in web.process.output()  # for whoever may read the log


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (get("/missing"), 404),
        (get("/echo"), 405),
        (get("/ok/"), 404),
        (get("/%00"), 404),
        (get("/%ff%fe"), 404),
        (get("/" + "a" * 9000), 414),
        (get("/ok", "X-Long: " + "a" * 9000), 431),
        (get("/ok", *[f"X-{number}: {'a' * 1000}" for number in range(100)]), 431),
        (get("/ok", *[f"X-{number}: a" for number in range(5000)]), 431),
        (b"NONSENSE\r\n\r\n", 400),
        (b"GET /ok HTTP/9.9\r\n\r\n", 505),
        (b"GET /ok FTP/1.1\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
        (b"GET /ok HTTP/1.1\r\nHost: here\r\nNo colon here\r\n\r\n", 400),
        (b"GET /ok HTTP/1.1\r\nHost: here\r\n Folded: yes\r\n\r\n", 400),
        (b"POST /echo HTTP/1.1\r\nHost: here\r\nContent-Length: nine\r\n\r\n", 400),
        (b"POST /echo HTTP/1.1\r\nHost: here\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST /echo HTTP/1.1\r\nHost: here\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", 400),
        (
            b"POST /echo HTTP/1.1\r\nHost: here\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            400,
        ),
        (b"POST /echo HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: gzip\r\n\r\n", 411),
        (b"POST /echo HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n", 411),
        (b"POST /echo HTTP/1.1\r\nHost: here\r\nContent-Length: +3\r\n\r\nabc", 400),
        (b"GET /ok HTTP/1.1\r\nHost: here\r\nHost: there\r\n\r\n", 400),
    ],
    ids=lambda value: value[:40].decode("latin-1") if isinstance(value, bytes) else str(value),
)
def test_what_is_wrong_is_refused_with_a_problem_and_all_headers(
    web: Web, request_bytes: bytes, status: int
) -> None:
    answer = ask(web.port, request_bytes).assert_secure()
    assert answer.status == status
    assert answer.problem["status"] == status
    assert answer.problem["request_id"] == answer.headers["x-request-id"]
    assert web.is_well()


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (get("/metrics"), 200),
        (get("/health/live"), 200),
        (get("/health/ready"), 200),
        (get("/missing"), 404),
        (get("/" + "a" * 9000), 414),
        (b"NONSENSE\r\n\r\n", 400),
    ],
    ids=lambda value: value[:20].decode("latin-1") if isinstance(value, bytes) else str(value),
)
def test_the_port_for_operators_answers_with_all_headers_as_well(
    web: Web, request_bytes: bytes, status: int
) -> None:
    assert ask(web.ops_port, request_bytes).assert_secure().status == status
    assert web.is_watched()


def test_a_body_within_the_limit_comes_back_whole(web: Web) -> None:
    body = os.urandom(MEGABYTE)
    assert ask(web.port, post("/echo", body)).body == body


def test_a_large_body_is_refused_without_being_read_into_memory(web: Web) -> None:
    before = web.megabytes()
    with RawConnection(web.port) as connection:
        connection.send(
            f"POST /echo HTTP/1.1\r\nHost: here\r\nContent-Length: {50 * MEGABYTE}\r\n\r\n".encode()
        )
        assert send_all(connection, b"x" * MEGABYTE, 50).assert_secure().status == 413
    assert web.megabytes() - before < 10
    assert web.is_well()


def send_all(connection: RawConnection, data: bytes, times: int) -> Answer:
    """Until all is said or the other side has heard enough; its answer."""
    try:
        for _ in range(times):
            connection.send(data)
    except OSError:
        pass  # it has closed; what it said before is still there to be read
    return connection.receive()


def test_requests_one_behind_the_other_are_answered_in_order(web: Web) -> None:
    with RawConnection(web.port) as connection:
        connection.send(get("/ok") + post("/echo", b"two") + get("/missing") + get("/ok"))
        answers = [connection.receive().assert_secure() for _ in range(4)]
    assert [(answer.status, answer.body[:3]) for answer in answers][:2] == [(200, b"ok"), (200, b"two")]
    assert [answer.status for answer in answers] == [200, 200, 404, 200]


def test_what_follows_a_body_that_nobody_read_is_not_taken_for_a_request(web: Web) -> None:
    smuggled = get("/boom")
    with RawConnection(web.port) as connection:
        connection.send(post("/deaf", smuggled))
        assert connection.receive().body == b"heard nothing"
        assert connection.send(get("/ok")).receive().body == b"ok"


@pytest.mark.parametrize(
    ("proxies", "client"),
    [("0", b"127.0.0.1"), ("1", b"192.0.2.7"), ("2", b"198.51.100.1"), ("3", b"127.0.0.1")],
)
def test_the_clients_address_is_what_our_own_proxies_wrote(
    processes: Processes, proxies: str, client: bytes
) -> None:
    web = Web(processes, FRONTDESK_HTTP_PROXIES=proxies)
    assert ask(web.port, get("/client", "X-Forwarded-For: 198.51.100.1, 192.0.2.7")).body == client


def test_half_sent_requests_are_closed_in_time_and_harm_nobody(processes: Processes) -> None:
    web = Web(processes, **IMPATIENT)
    halves = [
        b"",
        b"GET /o",
        b"GET /ok HTTP/1.1\r\nHost: he",
        b"POST /echo HTTP/1.1\r\nHost: here\r\nContent-Length: 100\r\n\r\nhalf",
        b"POST /deaf HTTP/1.1\r\nHost: here\r\nContent-Length: 100\r\n\r\nhalf",
        b"POST /missing HTTP/1.1\r\nHost: here\r\nContent-Length: 100\r\n\r\nhalf",
    ]
    connections = {RawConnection(web.port): halves[number % len(halves)] for number in range(300)}
    for connection, half in connections.items():
        connection.send(half).no_waiting()
    drips = list(connections)[:: len(halves) + 2]
    waits: list[float] = []
    harmed: list[bool] = []

    def are_closed() -> bool:
        before = time.monotonic()
        harmed.append(not web.is_well())
        waits.append(time.monotonic() - before)
        for connection in drips:
            drip(connection)
        assert {half for connection, half in connections.items() if not connection.is_closed()} == set()
        return True

    eventually(are_closed, CLOSED_WITHIN_SECONDS, "all are closed", pause_seconds=0.2)
    assert not any(harmed)
    assert max(waits) < 1
    for connection in connections:
        connection.close()


def test_the_port_for_operators_closes_half_sent_requests_too(processes: Processes) -> None:
    web = Web(processes, **IMPATIENT)
    with RawConnection(web.ops_port) as silent, RawConnection(web.ops_port) as half:
        silent.no_waiting()
        half.send(b"GET /metrics HTTP/1.1\r\nHost: he").no_waiting()
        eventually(silent.is_closed, CLOSED_WITHIN_SECONDS, "the silent one is closed")
        eventually(half.is_closed, CLOSED_WITHIN_SECONDS, "the half one is closed")
    assert web.is_watched()


def drip(connection: RawConnection) -> None:
    """One more byte, to look alive."""
    try:
        connection.send(b"x")
    except OSError:
        return


@pytest.mark.parametrize("is_ops", [False, True], ids=["routes", "ops"])
def test_it_survives_running_out_of_descriptors(processes: Processes, is_ops: bool) -> None:
    web = Web(processes, "sh", "-c", f'ulimit -n {OPEN_FILES}; exec "$0" "$@"')
    crowd = [RawConnection(web.ops_port if is_ops else web.port, timeout_seconds=1) for _ in range(300)]
    eventually(lambda: "accept_failed" in web.process.output(), what="it has run out of descriptors")
    for connection in crowd:
        connection.close()
    eventually(lambda: answers(web), what="it answers again")
    assert web.process.is_running
    eventually(lambda: web.open_files() < OPEN_FILES / 2, what="the descriptors are free again")


def answers(web: Web) -> bool:
    try:
        return web.is_well() and web.is_watched()
    except (OSError, AssertionError):
        return False


def test_a_running_request_is_answered_before_the_end(processes: Processes) -> None:
    web = Web(processes)
    with RawConnection(web.port) as connection, RawConnection(web.port) as idle:
        connection.send(get("/slow"))
        idle.send(get("/ok"))
        assert idle.receive().status == 200
        started = time.monotonic()
        assert web.process.terminate() == 0
        assert connection.receive().body == b"slow"
        assert 1 < time.monotonic() - started < 10

"""The life of a process: it starts before what it needs is there, and ends when it is told to."""

from __future__ import annotations

import json
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable

import pytest

from chassis.process.ports import free_port
from tests.faults.messages import Outsider
from tests.faults.rig import Rig, port_of, through
from tests.support.fork_server import PYTHONPATH, ForkServer
from tests.support.postgres import Databases
from tests.support.processes import Process, Processes
from tests.support.proxy import Proxy
from tests.support.rabbitmq import PrivateBroker
from tests.support.waiting import LIMIT_SECONDS, eventually

STOP_SECONDS = 25.0
TLS_HANDSHAKE = b"\x16"
PATH = {"PYTHONPATH": PYTHONPATH}

Start = Callable[..., Process]


@pytest.fixture
def command(processes: Processes) -> Start:
    """The command itself, as a supervisor runs it."""

    def start(rig: Rig, *names: str, **extra: str) -> Process:
        environment = rig.environment_of(*names, **extra) | PATH
        return processes.start("frontdesk", "run", *names, environment=environment, name="-".join(names))

    return start


@pytest.fixture
def start(processes: Processes, fork_server: ForkServer) -> Start:
    """What the command starts, without its imports."""

    def start(rig: Rig, *names: str, **extra: str) -> Process:
        return processes.fork(fork_server, *names, environment=rig.environment_of(*names, **extra))

    return start


def assert_ends(process: Process, end: Callable[[float], int]) -> float:
    started = time.monotonic()
    assert end(STOP_SECONDS) == 0, process.tail()
    return time.monotonic() - started


def test_it_ends_on_term_while_all_is_well(rig: Rig, command: Start) -> None:
    process = command(rig, "keeper")
    process.wait_for_output('"link": "consuming", "event": "link_up"')
    assert_ends(process, process.terminate)


def test_it_ends_on_an_interrupt_as_well(rig: Rig, command: Start) -> None:
    process = command(rig, "keeper")
    process.wait_for_output('"link": "consuming", "event": "link_up"')
    assert_ends(process, process.interrupt)


def test_it_ends_on_term_as_soon_as_it_says_that_it_has_started(rig: Rig, start: Start) -> None:
    process = start(rig, "keeper")
    process.wait_for_output("process_started")
    assert_ends(process, process.terminate)


def test_a_handler_that_runs_is_let_finish(rig: Rig, start: Start) -> None:
    maker = rig.start("maker")
    process = start(rig, "keeper")
    process.wait_for_output('"link": "consuming", "event": "link_up"')
    (aggregate,) = rig.order(0, aggregates=1)
    number = rig.order_of(aggregate, mood="sleep 5")
    eventually(lambda: rig.value("keeper", "SELECT count(*) FROM attempts"), what="the handler has begun")
    assert rig.journal() == [], "it runs"
    assert_ends(process, process.terminate)
    assert rig.journal() == [number]
    maker.kill()


def test_a_call_that_runs_is_answered_before_the_end(rig: Rig, start: Start) -> None:
    process = start(rig, "keeper")
    process.wait_for_output('"link": "consuming", "event": "link_up"')
    with Outsider(rig.amqp_uri) as outsider:
        body = b'{"args": [], "kwargs": {"seconds_tenths": 20}}'
        outsider.send_call("keeper.wait", body, correlation_id="slow")
        eventually(lambda: outsider.held("rpc-keeper") == 0, what="the call is taken")
        outsider.call("keeper.add", name="afterwards")
        assert_ends(process, process.terminate)
        assert outsider.answer_to("slow")["error"] is None


def test_a_handler_that_never_ends_does_not_hold_the_process(rig: Rig, start: Start) -> None:
    rig.start("maker")
    process = start(rig, "keeper", FRONTDESK_STOP_SECONDS="3")
    process.wait_for_output('"link": "consuming", "event": "link_up"')
    (aggregate,) = rig.order(0, aggregates=1)
    rig.order_of(aggregate, mood="sleep 600")
    eventually(lambda: rig.value("keeper", "SELECT count(*) FROM attempts"), what="the handler has begun")
    assert_ends(process, process.terminate)


def test_it_ends_on_term_while_the_broker_is_down(
    rig: Rig, start: Start, new_proxy: Callable[[int], Proxy]
) -> None:
    proxy = new_proxy(port_of(rig.amqp_uri))
    process = start(rig, "maker", "keeper", FRONTDESK_AMQP_URI=through(rig.amqp_uri, proxy.port))
    process.wait_for_output('"service": "keeper", "link": "consuming", "event": "link_up"')
    proxy.refuses = True
    proxy.cut()
    process.wait_for_output("link_lost")
    assert assert_ends(process, process.terminate) < 10


def test_it_ends_on_term_while_the_broker_swallows_everything(
    rig: Rig, start: Start, new_proxy: Callable[[int], Proxy]
) -> None:
    proxy = new_proxy(port_of(rig.amqp_uri))
    process = start(rig, "maker", "keeper", FRONTDESK_AMQP_URI=through(rig.amqp_uri, proxy.port))
    process.wait_for_output('"service": "keeper", "link": "consuming", "event": "link_up"')
    proxy.black_hole()
    rig.order(5)
    assert assert_ends(process, process.terminate) < 15


def test_it_ends_on_term_while_the_database_is_down_or_swallows_everything(
    rig: Rig, start: Start, new_proxy: Callable[[int], Proxy], postgres: Databases
) -> None:
    proxy = new_proxy(postgres.port)
    urls = {
        f"FRONTDESK_{name.upper()}_DATABASE_URL": through(rig.url(name), proxy.port)
        for name in ("maker", "keeper")
    }

    def refuse() -> None:
        proxy.refuses = True
        proxy.cut()

    for spoil in (proxy.black_hole, refuse):
        proxy.heal()
        process = start(rig, "maker", "keeper", **urls)
        process.wait_for_output('"service": "keeper", "link": "consuming", "event": "link_up"')
        rig.order(5)
        spoil()
        assert_ends(process, process.terminate)


def test_it_starts_before_broker_and_database_and_works_once_they_are_there(
    rig: Rig, start: Start, new_proxy: Callable[[int], Proxy], postgres: Databases
) -> None:
    broker, database = new_proxy(port_of(rig.amqp_uri)), new_proxy(postgres.port)
    broker.refuses = database.refuses = True
    urls = {
        f"FRONTDESK_{name.upper()}_DATABASE_URL": through(rig.url(name), database.port)
        for name in ("maker", "keeper")
    }
    process = start(rig, "maker", "keeper", FRONTDESK_AMQP_URI=through(rig.amqp_uri, broker.port), **urls)
    process.wait_for_output("process_started")
    process.wait_for_output("link_lost")
    rig.order(20, aggregates=3)
    broker.heal()
    process.wait_for_output('"service": "keeper", "link": "consuming", "event": "link_up"')
    database.heal()
    rig.wait_until_kept(20)
    rig.assert_exactly_once(20)
    assert_ends(process, process.terminate)


def test_several_services_share_one_process(rig: Rig, start: Start) -> None:
    process = start(rig, "maker", "keeper", "asker")
    process.wait_for_output('"service": "keeper", "link": "consuming", "event": "link_up"')
    process.wait_for_output('"service": "asker", "link": "consuming", "event": "link_up"')
    rig.order(20, aggregates=3)
    rig.wait_until_kept(20)
    with Outsider(rig.amqp_uri) as outsider:
        told = outsider.call("asker.burst", calls=10, timeout_seconds=10)
    assert told["counts"] == {"answered": 10}
    assert_ends(process, process.terminate)


def test_a_missing_setting_ends_the_start_with_its_name(processes: Processes, rig: Rig) -> None:
    environment = PATH | {"FRONTDESK_AMQP_URI": rig.amqp_uri}
    process = processes.start("frontdesk", "run", "keeper", environment=environment)
    assert process.wait() != 0
    assert "FRONTDESK_KEEPER_DATABASE_URL" in process.output()


def test_ready_and_live_say_what_is_there(
    rig: Rig, start: Start, new_proxy: Callable[[int], Proxy], rabbit: PrivateBroker
) -> None:
    proxy = new_proxy(port_of(rig.amqp_uri))
    port = free_port()
    uri = through(rig.amqp_uri, proxy.port)
    process = start(rig, "keeper", FRONTDESK_AMQP_URI=uri, FRONTDESK_OPS_ADDRESS=f"127.0.0.1:{port}")
    process.wait_for_output('"link": "consuming", "event": "link_up"')

    def ask(path: str) -> tuple[int, dict[str, object]]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, json.loads(refused.read())

    eventually(lambda: ask("/health/ready")[0] == 200, what="it is ready")
    proxy.refuses = True
    proxy.cut()
    unready = {"keeper.consuming": False, "keeper.publishing": False, "keeper.database": True}
    eventually(lambda: ask("/health/ready")[1]["checks"] == unready, what="it says that it is not ready")
    assert ask("/health/ready")[0] == 503
    assert ask("/health/live")[0] == 200


def test_an_address_that_says_tls_is_never_spoken_to_without(rig: Rig, start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(LIMIT_SECONDS)
        uri = f"amqps://guest:guest@127.0.0.1:{listener.getsockname()[1]}/"
        process = start(rig, "keeper", FRONTDESK_AMQP_URI=uri)
        peer, _ = listener.accept()
        with peer:
            peer.settimeout(LIMIT_SECONDS)
            assert peer.recv(1) == TLS_HANDSHAKE
    assert_ends(process, process.terminate)

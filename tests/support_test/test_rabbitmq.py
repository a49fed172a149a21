"""A private broker serves, crashes, comes back, and keeps to itself."""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from kombu import Connection, Queue

from deploy.local.rabbitmq import RabbitMissingError, find_scripts, is_open
from tests.support.processes import Processes
from tests.support.rabbitmq import Broker, PrivateBroker, RabbitError, open_broker
from tests.support.waiting import eventually

OWNER = """
import sys, time
from pathlib import Path
from deploy.local.rabbitmq import RabbitNode
node = RabbitNode(Path(sys.argv[1]))
node.start()
print("port", node.port, "end", flush=True)
time.sleep(60)
"""


def publish(uri: str, text: str) -> None:
    with Connection(uri, transport_options={"confirm_publish": True}) as connection:
        queue = Queue("kept", durable=True, queue_arguments={"x-queue-type": "quorum"})
        queue(connection.default_channel).declare()
        connection.Producer().publish(text, routing_key="kept", delivery_mode=2, timeout=5)


def first(uri: str) -> str | None:
    with Connection(uri) as connection:
        message = Queue("kept", no_declare=True)(connection.default_channel).get()
        if message:
            message.ack()
        return str(message.payload) if message else None


def test_each_test_has_its_own_virtual_host(rabbit: Broker) -> None:
    one, other = rabbit.new_vhost(), rabbit.new_vhost()
    publish(one, "for one")
    publish(other, "for the other")
    assert first(one) == "for one"
    assert first(other) == "for the other"


@pytest.mark.slow
def test_what_was_confirmed_survives_a_restart_and_a_crash(rabbit_node: PrivateBroker) -> None:
    uri = rabbit_node.new_vhost()
    publish(uri, "before the restart")
    # In order first: RabbitMQ forgets a quorum queue that was declared half a second before a crash.
    rabbit_node.restart()
    publish(uri, "before the crash")
    rabbit_node.kill9()
    assert not is_open(rabbit_node.port)
    rabbit_node.start()
    assert first(uri) == "before the restart"
    assert first(uri) == "before the crash"


@pytest.mark.slow
def test_answers_rabbitmqctl(rabbit_node: PrivateBroker) -> None:
    uri = rabbit_node.new_vhost()
    publish(uri, "one")
    vhost = uri.rsplit("/", 1)[1]
    columns = ("name", "messages", "--no-table-headers")
    eventually(lambda: rabbit_node.rabbitmqctl("list_queues", "-p", vhost, *columns) == "kept\t1")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads the sockets of Linux")
def test_listens_on_the_loopback_only(rabbit_node: PrivateBroker) -> None:
    node = "0100007F"  # 127.0.0.1 as /proc writes it
    sockets = Path("/proc/net/tcp").read_text().splitlines()[1:]
    ours = {rabbit_node.port, *rabbit_node.inner_ports}
    listening = {int(line.split()[1].split(":")[1], 16): line.split()[1].split(":")[0] for line in sockets}
    assert {listening[port] for port in ours} == {node}


@pytest.mark.slow
def test_ends_with_its_owner_even_when_that_is_killed(processes: Processes, tmp_path: Path) -> None:
    owner = processes.start(sys.executable, "-c", OWNER, str(tmp_path / "node"))
    owner.wait_for_output("end", 60)
    port = int(owner.output().split()[1])
    assert is_open(port)
    os.killpg(owner.pid, signal.SIGKILL)
    eventually(lambda: not is_open(port), what="the broker has ended too")


def test_a_missing_broker_is_an_error_that_helps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.local.rabbitmq.SCRIPT_FOLDERS", ())
    monkeypatch.setattr("shutil.which", lambda *_args, **_options: None)
    with pytest.raises(RabbitMissingError, match=r"deploy/setup/rabbitmq\.sh"):
        find_scripts()


def test_an_external_broker_that_gives_no_virtual_hosts_says_so(
    monkeypatch: pytest.MonkeyPatch, closed_port: Callable[[], int]
) -> None:
    port = closed_port()
    monkeypatch.setenv("FRONTDESK_TEST_AMQP_URI", f"amqp://guest:guest@127.0.0.1:{port}//")
    monkeypatch.setattr("tests.support.rabbitmq.MANAGEMENT_PORT", port)
    monkeypatch.setattr("shutil.which", lambda *_args, **_options: None)
    with pytest.raises(RabbitError, match="management plugin"):
        open_broker(Path("unused")).new_vhost()

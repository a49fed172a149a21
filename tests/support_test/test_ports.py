"""Is a free port one that stays free until somebody listens there?"""

import socket
import sys

import pytest

from chassis.database.embedded import free_port
from chassis.database.embedded_host import PORTS_OF_CONNECTIONS


def test_nobody_listens_there() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", free_port()))


@pytest.mark.skipif(sys.platform != "linux", reason="reads the port range of Linux")
def test_no_outgoing_connection_takes_it_by_chance() -> None:
    lowest = int(PORTS_OF_CONNECTIONS.read_text().split()[0])
    assert all(free_port() < lowest for _ in range(50))

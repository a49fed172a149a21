"""Ports of 127.0.0.1 for servers of tests and of development, each reserved for the process that was given it."""

from __future__ import annotations

import fcntl
import functools
import os
import secrets
import socket
import tempfile
import threading
from contextlib import suppress
from pathlib import Path

PORTS_OF_CONNECTIONS = Path("/proc/sys/net/ipv4/ip_local_port_range")
LOWEST_PORT = 20_000
ENOUGH_PORTS = 2_000
TRIES = 20_000

_lock = threading.Lock()
_given: set[int] = set()


def free_port() -> int:
    """A port where nobody listens and that no other call is given, in whatever process, until this process ends.

    A service listens seconds after its port was chosen, and again after a restart: what is only looked at may be
    another's by then. It is none of those that the system gives to outgoing connections: such a connection might
    take it as well, or, trying to reach who is to listen there, meet itself.
    """
    with _lock:
        for _ in range(TRIES):
            if port := _reserved():
                _given.add(port)
                return port
    raise OSError(f"no free port of 127.0.0.1 in {TRIES} tries")


def _reserved() -> int | None:
    """A port on which nobody listens now, marked as this process's own; None when this try has found none."""
    with socket.socket() as probe, suppress(OSError):  # somebody listens there, or it is another process's
        probe.bind(("127.0.0.1", _any_port()))
        port: int = probe.getsockname()[1]
        if port not in _given:
            fcntl.lockf(_reservations(), fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
            return port
    return None


@functools.cache
def _reservations() -> int:
    """A file of this user's, whose n-th byte is locked by the process that has port n: a lock ends with its process,
    however that ends."""
    path = Path(tempfile.gettempdir()) / f"frontdesk-ports-{os.geteuid()}"
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)


def _any_port() -> int:
    """0, the system's own choice, where nothing is known of outgoing connections."""
    with suppress(OSError):
        lowest = int(PORTS_OF_CONNECTIONS.read_text().split()[0])
        if lowest - LOWEST_PORT >= ENOUGH_PORTS:
            return LOWEST_PORT + secrets.randbelow(lowest - LOWEST_PORT)
    return 0

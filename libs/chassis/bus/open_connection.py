"""One open connection to the broker by kombu's transport, which never reconnects by itself."""

from __future__ import annotations

import socket
from typing import Any

import amqp

TICKS_PER_HEARTBEAT = 4
# What py-amqp and kombu raise when a connection is lost under them.
CONNECTION_ERRORS = (OSError, amqp.AMQPError, EOFError, KeyError, AttributeError, ValueError, TypeError)


class OpenConnection:
    """One open connection, by kombu's transport: kombu's `Connection` would open another whenever this one is gone,
    in whichever greenlet asks, and nobody would read from it."""

    def __init__(self, connection: Any) -> None:
        self._transport = connection.transport
        self._opened = self._transport.establish_connection()

    def channel(self) -> Any:
        return self._transport.create_channel(self._opened)

    def drain_events(self, seconds: float) -> None:
        self._transport.drain_events(self._opened, timeout=seconds)

    def heartbeat_check(self) -> None:
        self._transport.heartbeat_check(self._opened, rate=TICKS_PER_HEARTBEAT)

    def cut(self) -> None:
        """Shut the socket down, from any greenlet; the reader notices."""
        sock = getattr(getattr(self._opened, "transport", None), "sock", None)
        if sock is not None:
            sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close the socket without AMQP's closing handshake, which could take time."""
        if isinstance(self._opened, amqp.Connection):
            self._opened.collect()
        else:
            self._transport.close_connection(self._opened)

"""A listening HTTP port: one accept loop, with the limits of `chassis.http.protocol`, for routes and for ops."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable, Iterable
from typing import Any

import eventlet
import structlog
from eventlet import wsgi

from chassis.http.protocol import URL_BYTES, Protocol, client_timeouts

log = structlog.get_logger(__name__)

CONNECTIONS = 1000
ACCEPT_PAUSE_SECONDS = 0.1
STOP_SECONDS = 10.0

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Listener:
    """Accepts connections at `host:port` from when it is made until it is stopped, and asks `application`, which
    gives each of its answers to `add_security_headers`."""

    def __init__(self, address: str, application: Application) -> None:
        host, _, port = address.rpartition(":")
        self._is_stopping = False
        self._sock = eventlet.listen((host or "127.0.0.1", int(port)), backlog=512, reuse_port=False)
        self._sock.settimeout(None)
        self.address = "{}:{}".format(*self._sock.getsockname())
        # Our header names are written as they should be; eventlet warns whoever does not let it rewrite them.
        warnings.filterwarnings(
            "ignore", message="capitalize_response_headers is disabled", category=DeprecationWarning
        )
        self._server = wsgi.Server(
            self._sock,
            self._sock.getsockname(),
            application,
            protocol=Protocol,
            keepalive=client_timeouts().idle_seconds,
            log_output=False,
            url_length_limit=URL_BYTES,
            socket_timeout=client_timeouts().idle_seconds,
            debug=False,
            capitalize_response_headers=False,
        )
        self._connections: dict[Any, list[Any]] = {}
        self._greenlet = eventlet.spawn(self._accept)

    def stop(self) -> None:
        """Stop accepting, let running requests end, close idle connections."""
        if self._is_stopping:
            return
        self._is_stopping = True
        self._greenlet.kill()
        self._sock.close()
        for state in list(self._connections.values()):
            if state[2] is wsgi.STATE_IDLE:
                _close(state[1])
            state[2] = wsgi.STATE_CLOSE
        with eventlet.Timeout(STOP_SECONDS, False):
            while self._connections:
                eventlet.sleep(0.02)

    def _accept(self) -> None:
        """The accept loop: an error, a lack of descriptors above all, is waited out."""
        while not self._is_stopping:
            try:
                sock, address = self._sock.accept()
            except OSError as error:
                if self._is_stopping:
                    return
                log.warning("accept_failed", address=self.address, error=repr(error))
                eventlet.sleep(ACCEPT_PAUSE_SECONDS)
                continue
            if len(self._connections) >= CONNECTIONS:
                _close(sock)
                continue
            eventlet.spawn_n(self._serve_connection, sock, address)

    def _serve_connection(self, sock: Any, address: Any) -> None:
        state = [address, sock, wsgi.STATE_IDLE]
        key = object()
        self._connections[key] = state
        sock.settimeout(client_timeouts().idle_seconds)
        try:
            self._server.process_request(state)
        except (OSError, ValueError) as error:
            log.debug("connection_broke", error=repr(error))
        except Exception:  # one connection's trouble is not the server's
            log.exception("connection_failed")
        finally:
            del self._connections[key]
            _close(sock)


def _close(sock: Any) -> None:
    with contextlib.suppress(OSError):  # it was closed by the other side
        sock.shutdown(2)
    sock.close()

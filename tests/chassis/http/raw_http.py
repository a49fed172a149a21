"""A raw HTTP client, byte by byte over a socket of its own, for requests that no library would send."""

from __future__ import annotations

import json
import socket
from typing import Any, Self

# Word for word, of an answer that is no page: nothing may be loaded, sent from, put in a frame or kept.
HEADERS = {
    "strict-transport-security": "max-age=63072000; includeSubDomains",
    "content-security-policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


class Answer:
    """One answer: status, headers by lower-case name, body."""

    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def problem(self) -> dict[str, Any]:
        assert self.headers["content-type"] == "application/problem+json", self.headers
        read: dict[str, Any] = json.loads(self.body)
        return read

    def assert_secure(self) -> Self:
        """It has every security header once and a request id, and names no exception."""
        assert {name: self.headers.get(name) for name in HEADERS} == HEADERS
        assert self.headers.get("x-request-id")
        assert "server" not in self.headers
        for word in (b"Traceback", b"Error:", b"hunter2", b"eventlet", b"werkzeug"):
            assert word not in self.body
        return self


class RawConnection:
    """One connection, on which bytes are sent as they are."""

    def __init__(self, port: int, *, timeout_seconds: float = 5.0) -> None:
        self._sock = socket.create_connection(("127.0.0.1", port), timeout=timeout_seconds)
        self._file = self._sock.makefile("rb")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        self._file.close()
        self._sock.close()

    def send(self, data: bytes) -> Self:
        self._sock.sendall(data)
        return self

    def receive(self) -> Answer:
        """The next answer on this connection."""
        line = self._file.readline()
        assert line, "the connection was closed without an answer"
        headers: dict[str, str] = {}
        while (header := self._file.readline().strip()) != b"":
            name, _, value = header.decode("latin-1").partition(":")
            assert name.lower() not in headers, f"{name} is there twice"
            headers[name.lower()] = value.strip()
        if headers.get("transfer-encoding") == "chunked":
            raise AssertionError("answers of known length are not chunked")
        body = self._file.read(int(headers.get("content-length", 0)))
        return Answer(int(line.split()[1]), headers, body)

    def is_closed(self) -> bool:
        """Whether the other side has closed; what it still sends is read and dropped."""
        try:
            while self._sock.recv(65536):
                pass
        except (TimeoutError, BlockingIOError):
            return False
        except OSError:
            return True
        return True

    def no_waiting(self) -> Self:
        """From now on only what has arrived already is received."""
        self._sock.setblocking(False)
        return self


def ask(port: int, request: bytes) -> Answer:
    """One request on a connection of its own."""
    with RawConnection(port) as connection:
        return connection.send(request).receive()


def get(path: str, *headers: str) -> bytes:
    lines = [f"GET {path} HTTP/1.1", "Host: here", *headers]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def post(path: str, body: bytes, *headers: str) -> bytes:
    lines = [f"POST {path} HTTP/1.1", "Host: here", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body

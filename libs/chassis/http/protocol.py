"""eventlet's HTTP protocol with limits of size and time, whose errors are problem documents.

A client has its time for each part of a request (`ClientTimeouts`), 8 KiB for the first line and each header, 64 KiB
for all headers; what breaks that is refused with the same headers as every other answer.
"""

from __future__ import annotations

import dataclasses
import email.errors
import json
import re
import uuid
from collections.abc import Callable
from email.message import Message
from functools import cache, partial
from typing import Any

import eventlet
import structlog
from eventlet import wsgi
from werkzeug.wrappers import Response

from chassis import settings
from chassis.http import problems
from chassis.settings import setting

log = structlog.get_logger(__name__)

URL_BYTES = 8192

# Security headers of every answer, errors and files too; a page may state a policy of its own.
SECURITY_HEADERS = {
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
RAW_ANSWER = re.compile(rb"HTTP/1\.[01] ([45]\d\d) ([^\r\n]*)")
# Of a mail's defects those that a request's head can have; the others are about its content type.
BROKEN_LINES = (
    email.errors.MissingHeaderBodySeparatorDefect,
    email.errors.FirstHeaderLineIsContinuationDefect,
)
# Stands in every answer that is whole.
REQUEST_ID_LINE = b"\nX-Request-Id: "


@dataclasses.dataclass(frozen=True, kw_only=True)
class ClientTimeouts:
    """How long a client may take: until its next request begins, for the rest of its head, for a body, and for a body
    that nobody reads."""

    idle_seconds: float = setting("FRONTDESK_HTTP_IDLE_SECONDS", default=15.0)
    head_seconds: float = setting("FRONTDESK_HTTP_HEAD_SECONDS", default=10.0)
    body_seconds: float = setting("FRONTDESK_HTTP_BODY_SECONDS", default=10.0)
    discard_seconds: float = setting("FRONTDESK_HTTP_DISCARD_SECONDS", default=5.0)


@cache
def client_timeouts() -> ClientTimeouts:
    """Those of this process, read once."""
    return settings.read(ClientTimeouts)


def add_security_headers(response: Response, request_id: str) -> None:
    """Give an answer the headers that every answer has, where it does not state its own, and its request's id."""
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers["X-Request-Id"] = request_id


def plain_answer(status: int) -> bytes:
    """A whole answer, for what never became a request; its id leads to a line of the log."""
    request_id = uuid.uuid4().hex
    log.info("request_unreadable", status=status, request_id=request_id)
    body = json.dumps(problems.document(status, request_id=request_id)).encode()
    reason = problems.STATUS_CODES.get(status, "error").replace("_", " ").title()
    headers = {
        "Content-Type": problems.MEDIA_TYPE,
        "Content-Length": str(len(body)),
        "Connection": "close",
        "X-Request-Id": request_id,
        **SECURITY_HEADERS,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status} {reason}\r\n{head}\r\n".encode() + body


def _full(data: bytes) -> bytes:
    """What is to be sent; a bare error of eventlet's, which knows no request, made whole."""
    bare = RAW_ANSWER.match(data) if REQUEST_ID_LINE not in data else None
    if bare is None:
        return data
    return plain_answer(431 if b"Header" in bare[2] else int(bare[1]))


def status_of_ambiguous(headers: Message) -> int | None:
    """The status that refuses a head which two readers could understand in two ways; None for any other.

    A body without a length is refused as well: eventlet would read a line between its chunks of any size.
    """
    lengths = headers.get_all("Content-Length", [])
    is_folded = any("\r" in value or "\n" in value for value in headers.values())
    is_broken = any(isinstance(defect, BROKEN_LINES) for defect in headers.defects)
    if is_broken or is_folded or len(headers.get_all("Host", [])) > 1:
        return 400
    if len(lengths) > 1 or not all(length.isascii() and length.isdigit() for length in lengths):
        return 400
    if "Transfer-Encoding" in headers:
        return 400 if lengths else 411
    return None


def _discard(discard: Callable[[], None]) -> None:
    """Read away a body that nobody wanted, so that the next request can be read; not for ever."""
    with eventlet.Timeout(client_timeouts().discard_seconds, OSError("the rest of the body does not come")):
        discard()


class _ErrorRewriter:
    """The writing side of a connection: eventlet's bare error lines become problem documents."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw

    def write(self, data: bytes) -> Any:
        return self._raw.write(_full(data))

    def writelines(self, lines: list[bytes]) -> Any:
        return self._raw.write(_full(b"".join(lines)))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)


class Protocol(wsgi.HttpProtocol):
    """One connection."""

    def setup(self) -> None:
        super().setup()
        self.wfile = _ErrorRewriter(self.wfile)

    def _read_request_line(self) -> Any:
        # Waiting for the next request of an idle connection is not yet part of its head.
        with eventlet.Timeout(client_timeouts().idle_seconds, False):
            return super()._read_request_line()
        self.close_connection = 1
        return ""

    def parse_request(self) -> bool:
        is_read = False
        with eventlet.Timeout(client_timeouts().head_seconds, False):
            if not super().parse_request():
                return False
            is_read = True
        status = status_of_ambiguous(self.headers) if is_read else 408
        if status is not None:
            self.send_error(status)
        return status is None

    def get_environ(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environ()
        body = environ["eventlet.input"]
        body.discard = partial(_discard, body.discard)
        return environ

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        self.close_connection = True
        self.wfile.write(plain_answer(code))
        self.wfile.flush()

    def finish(self) -> None:
        try:
            super().finish()
        except OSError:
            # The client has gone; there is nobody to say goodbye to.
            self.connection.close()

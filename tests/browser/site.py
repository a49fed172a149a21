"""A small server of the sample pages, with the real content security policies."""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager

# Not `http.server.…`: eventlet.wsgi leaves a green copy of the module under that name.
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from gateway.layout import policies, static_files, views
from tests.browser import samples
from tests.browser.samples import mailbox, system
from wire.values import LOCALES


class Answer(tuple[int, str, str, bytes]):
    """Status, content type, Content-Security-Policy, body."""


def _page(path: str) -> Answer | None:
    """`/<locale>/<sample>`: the sample page under the policy that the gateway gives it."""
    locale, _, name = path.lstrip("/").partition("/")
    page = samples.pages(locale).get(name) if locale in LOCALES else None
    if page is None:
        return None
    nonce = secrets.token_urlsafe(16)
    body = views.draw(page, locale=locale, nonce=nonce).encode()
    return Answer(
        (200, "text/html; charset=utf-8", policies.content_security_policy(page.template, nonce), body)
    )


def is_static(path: str) -> bool:
    return path.startswith(static_files.PREFIX)


def answer(path: str) -> Answer:
    path = path.partition("?")[0]
    strict = policies.content_security_policy("", "none")
    if is_static(path) and (file := static_files.find(path)):
        return Answer((200, file.content_type, strict, file.body))
    if path == "/openapi.json":
        return Answer((200, "application/json", strict, json.dumps(system.OPENAPI).encode()))
    if path.startswith("/mailbox/messages/"):
        html = views.mail_document(mailbox.mail("en").html).encode()
        return Answer((200, "text/html; charset=utf-8", policies.MAIL_HTML, html))
    return _page(path) or Answer((404, "text/plain", strict, b""))


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        status, content_type, policy, body = answer(self.path)
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", policy)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cache-Control", static_files.FOR_EVER if is_static(self.path) else "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Quiet: the browser's own console says what went wrong."""


@contextmanager
def running() -> Iterator[str]:
    """The samples' base URL, on a free port, for as long as the block lasts."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()

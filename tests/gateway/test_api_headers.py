"""Security headers of every answer: every route, whatever its status."""

from __future__ import annotations

import re
import socket
import uuid

import pytest

from chassis.http import Http
from chassis.process import runner, topology
from tests.support.api import Answer
from tests.support.people import Member, mailed_token, new_email, register, sign_up
from tests.support.suite import Suite

pytestmark = pytest.mark.slow
EXACT = {
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
SHARED = ("/static/", "/openapi.json", "/docs")  # the same for everybody: may be kept
PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")


@pytest.fixture(scope="module")
def member(running_suite: Suite) -> Member:
    return sign_up(running_suite)


def routes() -> list[tuple[str, str]]:
    """(method, path) of everything that the gateway answers."""
    gateway = runner.service_class("gateway")
    found = [entry for _, entry in topology.entrypoints(gateway) if isinstance(entry, Http)]
    return sorted((entry.method, entry.path) for entry in found)


def address(path: str) -> str:
    examples = {"uuid": str(uuid.uuid4()), "int": "100001", "path": "app.css", "": "some-token"}
    return PARAMETER.sub(lambda found: examples[found[1] or ""], path)


def assert_is_guarded(answer: Answer, path: str) -> None:
    shown = f"{path}: {answer.status} {dict(answer.headers)}"
    for name, value in EXACT.items():
        assert answer.headers.get(name) == value, shown
    policy = answer.headers["Content-Security-Policy"]
    directives = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
    assert directives["default-src"] == "'none'", shown
    assert directives["base-uri"] == "'none'", shown
    assert directives["frame-ancestors"] in ("'none'", "'self'"), shown
    assert "unsafe" not in directives.get("script-src", ""), shown
    assert "Server" not in answer.headers, shown
    assert "X-Powered-By" not in answer.headers, shown
    assert "Access-Control-Allow-Origin" not in answer.headers, shown
    if not path.startswith(SHARED):
        assert answer.headers["Cache-Control"] == "no-store", shown


@pytest.mark.parametrize(("method", "path"), routes(), ids=str)
def test_every_route_is_guarded_whatever_it_answers(
    suite: Suite, member: Member, method: str, path: str
) -> None:
    where, seen = address(path), set()
    for api in (suite.api, member.api.with_token(member.token)):
        for kwargs in ({}, {"body": {}}, {"headers": {"Accept": "text/html"}}, {"body": {"name": "Bob"}}):
            answer = api.send(method, where, **kwargs)  # type: ignore[arg-type]
            assert answer.status < 500, answer.content
            assert_is_guarded(answer, where)
            seen.add(answer.status)
    assert_is_guarded(suite.api.send("PATCH", where), where)
    assert seen


def test_all_kinds_of_answers_are_among_them(suite: Suite) -> None:
    """The walk above meets them by chance; here each is made to happen."""
    member, email = sign_up(suite), new_email()
    register(suite, email).must_be(201)
    asked = {
        200: suite.api.get("/log-in"),
        201: member.api.post("/v1/contacts", {"name": "Bob", "phone": "+33142685300"}),
        303: suite.api.get(f"/activate/{mailed_token(suite, email)}"),
        400: suite.api.send("POST", "/v1/accounts", data=b"{", headers={"Content-Type": "application/json"}),
        401: suite.api.get("/v1/me"),
        403: suite.api.send("POST", "/log-in", data={}),
        404: suite.api.get("/nothing"),
        405: suite.api.send("PUT", "/v1/me"),
        413: suite.api.send("POST", "/log-in", data=b"x" * 100_000),
        414: suite.api.get("/" + "x" * 9000),
        415: suite.api.send("POST", "/v1/accounts", data=b"{}"),
        422: suite.api.post("/v1/accounts", {}),
        431: suite.api.get("/", headers={"X-Large": "x" * 9000}),
    }
    for status, answer in asked.items():
        assert answer.status == status, answer.content[:300]
        assert_is_guarded(answer, "/")


def test_a_file_that_is_known_is_not_sent_again(suite: Suite) -> None:
    page = suite.api.get("/log-in").text
    path = re.search(r'href="(/static/[^"]+\.css[^"]*)"', page)
    assert path
    first = suite.api.get(path[1]).must_be(200)
    again = suite.api.get(path[1], headers={"If-None-Match": first.headers["ETag"]}).must_be(304)
    assert_is_guarded(again, path[1])
    assert again.content == b""


@pytest.mark.parametrize(
    "sent",
    [
        b"nonsense\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nabc",
        b"POST /log-in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
    ids=range(7),
)
def test_what_is_no_request_gets_a_guarded_answer_or_none(suite: Suite, sent: bytes) -> None:
    with socket.create_connection(("127.0.0.1", suite.ports[0]), timeout=15) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
    if received:
        head = received.partition(b"\r\n\r\n")[0].decode("latin-1")
        assert re.match(r"HTTP/1\.[01] [2345]\d\d ", head), head
        for name, value in EXACT.items():
            assert f"{name}: {value}" in head, head
    suite.api.get("/health/live").must_be(200)


def test_no_page_may_be_embedded_and_scripts_need_the_pages_nonce(suite: Suite) -> None:
    page = suite.api.get("/log-in")
    nonce = re.search(r"script-src 'nonce-([^']+)'", page.headers["Content-Security-Policy"])
    assert nonce
    assert all(f'nonce="{nonce[1]}"' in tag for tag in re.findall(r"<script[^>]*>", page.text))
    assert (
        suite.api.get("/log-in").headers["Content-Security-Policy"] != page.headers["Content-Security-Policy"]
    )

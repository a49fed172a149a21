"""Outages behind the gateway: an answer in time, without a word of the cause."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest

from tests.gateway.test_api_headers import assert_is_guarded
from tests.support.api import Answer
from tests.support.people import Member, new_account, sign_up
from tests.support.proxy import Proxy
from tests.support.suite import Suite, superuser
from tests.support.waiting import eventually

pytestmark = pytest.mark.slow
DEADLINE_SECONDS = 5.0


@pytest.fixture
def suite(module_suite: Suite) -> Iterator[Suite]:
    """Whatever a test broke is mended after it."""
    yield module_suite
    for process in module_suite.processes.all:
        process.resume()
    for name in ("accounts", "billing"):
        if not module_suite.process(name).is_running:
            module_suite.restart(name)


@pytest.fixture
def member(suite: Suite) -> Member:
    return sign_up(suite)


def timed(ask: Callable[[], Answer]) -> tuple[Answer, float]:
    before = time.monotonic()
    return ask(), time.monotonic() - before


def assert_unavailable(answer: Answer, status: int, code: str) -> None:
    assert (answer.status, answer.code) == (status, code), answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert_is_guarded(answer, "/v1/accounts")
    assert answer.body["request_id"]


def test_a_service_that_stands_still_is_a_504_at_the_deadline(suite: Suite) -> None:
    suite.process("accounts").pause()
    answer, seconds = timed(lambda: suite.api.post("/v1/accounts", new_account()))
    assert_unavailable(answer, 504, "deadline_exceeded")
    assert DEADLINE_SECONDS - 0.5 < seconds < DEADLINE_SECONDS + 1


def test_what_was_too_late_is_not_done_later(suite: Suite) -> None:
    suite.process("accounts").pause()
    body = new_account()
    suite.api.post("/v1/accounts", body).must_be(504)
    suite.process("accounts").resume()
    suite.api.post("/v1/accounts", new_account()).must_be(201)
    query = "SELECT count(*) FROM users WHERE email_key = %s"
    assert suite.rows("accounts", query, body["owner"]["email"]) == [{"count": 0}]


def test_a_service_that_was_never_there_is_a_503_at_once(new_suite: Callable[..., Suite]) -> None:
    suite = new_suite(groups=[("gateway",)])
    answer, seconds = timed(lambda: suite.api.post("/v1/accounts", new_account()))
    assert_unavailable(answer, 503, "service_unavailable")
    assert int(answer.headers["Retry-After"]) > 0
    assert seconds < 2
    page = suite.api.get("/log-in", headers={"Accept": "text/html"}).must_be(200)
    assert "<form" in page.text


def test_while_the_broker_is_away_all_is_503_and_comes_back(
    new_suite: Callable[..., Suite], new_proxy: Callable[[int], Proxy]
) -> None:
    direct = new_suite(groups=[])
    uri = urlsplit(direct.environment["FRONTDESK_AMQP_URI"])
    proxy = new_proxy(uri.port or 5672)
    login = uri.netloc.rpartition("@")[0]
    through = uri._replace(netloc=f"{login}@127.0.0.1:{proxy.port}").geturl()
    suite = new_suite(groups=[("accounts",), ("gateway",)], amqp_uri=through)
    suite.api.post("/v1/accounts", new_account()).must_be(201)

    proxy.refuses = True
    proxy.cut()
    eventually(lambda: suite.api.get("/health/ready").status == 503, what="the gateway notices")
    answer, seconds = timed(lambda: suite.api.post("/v1/accounts", new_account()))
    assert_unavailable(answer, 503, "service_unavailable")
    assert seconds < DEADLINE_SECONDS + 1
    suite.api.get("/health/live").must_be(200)

    proxy.refuses = False
    eventually(lambda: suite.api.post("/v1/accounts", new_account()).status == 201, 30, "it comes back")


@pytest.mark.parametrize("trouble", ["killed", "paused"])
def test_without_billing_the_profile_still_stands(suite: Suite, member: Member, trouble: str) -> None:
    known = eventually(lambda: found if not (found := member.api.get("/v1/billing").body)["stale"] else None)
    suite.kill("billing") if trouble == "killed" else suite.process("billing").pause()

    billing, seconds = timed(lambda: member.api.get("/v1/billing").must_be(200))
    assert seconds < DEADLINE_SECONDS
    assert billing.body["stale"] is True
    assert billing.body | {"stale": False} == known, "what it said last, and when"
    member.api.get("/v1/me").must_be(200)
    page = suite.api.get("/account", cookies={"sid": member.token}).must_be(200)
    assert member.email in page.text
    assert member.account["company_name"].replace("&", "&amp;") in page.text
    assert "These figures are from" in page.text
    newcomer = sign_up(suite).api.get("/v1/billing").must_be(200).body
    assert (newcomer["stale"], newcomer["plan"], newcomer["as_of"]) == (True, None, None)


def test_what_was_asked_with_a_key_can_be_asked_again_after_the_outage(suite: Suite) -> None:
    body, key = new_account(), "again-after-the-outage"
    suite.process("accounts").pause()
    suite.api.post("/v1/accounts", body, key=key).must_be(504)
    suite.process("accounts").resume()
    first = suite.api.post("/v1/accounts", body, key=key).must_be(201)
    assert suite.api.post("/v1/accounts", body, key=key).must_be(201).body == first.body


def test_a_database_that_is_away_is_a_503(suite: Suite) -> None:
    url = suite.database_urls["accounts"]
    name = url.rpartition("/")[2]
    other = suite.database_urls["billing"]
    with superuser(other) as connection:
        connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false'.encode())
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )
        try:
            answer, seconds = timed(lambda: suite.api.post("/v1/accounts", new_account()))
            assert_unavailable(answer, 503, "service_unavailable")
            assert seconds < DEADLINE_SECONDS + 1
        finally:
            connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true'.encode())
    eventually(lambda: suite.api.post("/v1/accounts", new_account()).status == 201, 20, "it comes back")

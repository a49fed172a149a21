"""Rate limit of the JSON API: an account's requests are counted by the minute, and every answer says what is left."""

from __future__ import annotations

import uuid

import pytest

from gateway.rate_limits import WINDOW_SECONDS, Windows
from tests.support.people import sign_up
from tests.support.suite import Suite
from wire.identity import QuotaExceeded

ANN, BEN = uuid.uuid4(), uuid.uuid4()


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_the_request_after_the_last_allowed_one_is_refused_until_the_minute_is_over() -> None:
    clock = Clock()
    windows = Windows(clock)
    for _ in range(3):
        windows.take(ANN, allowed=3)
    clock.now += 20
    with pytest.raises(QuotaExceeded) as refused:
        windows.take(ANN, allowed=3)
    assert refused.value.facts == {"policy": "default", "quota": 3, "window_seconds": 60, "seconds_left": 40}
    clock.now += 40
    assert windows.take(ANN, allowed=3).made == 1


def test_one_account_takes_nothing_from_another() -> None:
    windows = Windows(Clock())
    windows.take(ANN, allowed=1)
    assert windows.take(BEN, allowed=1).made == 1


def test_the_headers_say_the_policy_and_what_is_left_of_it() -> None:
    clock = Clock()
    windows = Windows(clock)
    window = windows.take(ANN, allowed=5)
    clock.now += 12.5
    assert windows.headers(window) == {
        "RateLimit-Policy": '"default";q=5;w=60',
        "RateLimit": '"default";r=4;t=48',
    }


def test_windows_that_are_over_are_forgotten() -> None:
    clock = Clock()
    windows = Windows(clock)
    for _ in range(100):
        windows.take(uuid.uuid4(), allowed=5)
    clock.now += WINDOW_SECONDS + 1
    windows.take(ANN, allowed=5)
    assert len(windows._windows) == 1


@pytest.mark.slow
def test_an_account_that_asks_too_often_is_told_when_it_may_ask_again(module_suite: Suite) -> None:
    member = sign_up(module_suite)
    strict = module_suite.add_gateway(FRONTDESK_REQUESTS_PER_MINUTE="2").with_token(member.api.token)
    first = strict.get("/v1/me")
    assert first.status == 200
    assert first.headers["RateLimit-Policy"] == '"default";q=2;w=60'
    assert first.headers["RateLimit"].startswith('"default";r=1;t=')
    assert strict.get("/v1/me").status == 200
    refused = strict.get("/v1/me")
    assert (refused.status, refused.code) == (429, "quota_exceeded")
    assert refused.body["violated-policies"] == ["default"]
    assert 1 <= int(refused.headers["Retry-After"]) <= 60

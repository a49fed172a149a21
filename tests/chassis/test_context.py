"""The call context: it travels in headers unchanged, and forged headers are refused."""

from __future__ import annotations

from typing import Any

import pytest

from chassis import context
from chassis.context import Context
from tests.chassis.things import ONE, TWO

WHOLE = Context(
    correlation_id="c-1",
    account_id=ONE,
    user_id=TWO,
    locale="ko",
    deadline=1_800_000_000.5,
    idempotency_key="k-1",
    contact_id=TWO,
)


def test_what_goes_into_headers_comes_out_again() -> None:
    assert context.from_headers(context.to_headers(WHOLE)) == WHOLE


def test_what_is_absent_is_not_sent() -> None:
    assert context.to_headers(Context(correlation_id="c")) == {"nameko.correlation_id": "c"}
    assert context.from_headers({}).correlation_id


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("call_id_stack", "a.b.1"),
        ("call_id_stack", [1]),
        ("account_id", "1"),
        ("account_id", 7),
        ("user_id", b"\xff"),
        ("contact_id", "2"),
        ("deadline_ms", "soon"),
        ("deadline_ms", True),
        ("deadline_ms", 1.5),
        ("correlation_id", ""),
        ("correlation_id", "x" * 201),
        ("correlation_id", "two\nlines"),
        ("correlation_id", "\x00"),
        ("correlation_id", "\ud800"),
        ("correlation_id", ["c"]),
        ("locale", "x" * 36),
        ("idempotency_key", "x" * 256),
    ],
)
def test_a_header_that_is_not_what_it_should_be_is_named(name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=f"nameko.{name}"):
        context.from_headers({f"nameko.{name}": value})


def test_a_block_may_work_for_another_account_and_the_one_before_returns() -> None:
    context.enter(Context(correlation_id="outside"))
    with context.within(account_id=ONE) as inside:
        assert (inside.correlation_id, context.current().account_id) == ("outside", ONE)
    assert context.current().account_id is None


def test_work_of_an_account_names_it() -> None:
    with context.within(account_id=ONE):
        assert context.require_account_id() == ONE
    with context.within(account_id=None), pytest.raises(LookupError):
        context.require_account_id()

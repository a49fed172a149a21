"""The life cycle of accounts in a test: a suite with support and a clock of its own."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support.clock import MovableClock
from tests.support.people import PASSWORD, Member
from tests.support.scenarios import EVENT_SECONDS
from tests.support.scenarios.subscriptions import subscribe
from tests.support.suite import TOGETHER, Suite, Suites
from tests.support.waiting import eventually

SUPPORT_TOKEN = "support token of the tests, long enough"
WAIT_SECONDS = EVENT_SECONDS


class Life:
    """A suite whose days pass at a word, and its support."""

    def __init__(self, suite: Suite, clock: MovableClock) -> None:
        self.suite = suite
        self.api = suite.api
        self.support = suite.api.with_token(SUPPORT_TOKEN)
        self._clock = clock

    def pass_time(self, **spans: float) -> None:
        """`life.pass_time(days=3)`: for every service it is three days later."""
        self._clock.move(**spans)

    def now(self) -> datetime.datetime:
        return self._clock.now()

    def start_plan(self, member: Member, *, plan: str = "team", **period: Any) -> dict[str, Any]:
        """Support starts a plan; the account is paid when this returns."""
        started = subscribe(self.support, member, plan=plan, **(period or {"months": 1}))
        self.wait_for_status(member, "active")
        return started

    def status(self, member: Member) -> str:
        """The account's status, as the accounts service has it."""
        rows = self.suite.rows("accounts", "SELECT status FROM accounts WHERE id = %s", member.account["id"])
        return str(rows[0]["status"])

    def wait_for_status(self, member: Member, status: str) -> None:
        eventually(lambda: self.status(member) == status, WAIT_SECONDS, f"the account is {status}")

    def live_subscriptions(self, member: Member) -> list[dict[str, Any]]:
        query = "SELECT * FROM subscriptions WHERE account_id = %s AND ended_at IS NULL"
        return self.suite.rows("billing", query, member.account["id"])


def cancellation(**changes: Any) -> dict[str, Any]:
    """The body of a cancellation."""
    body = {"current_password": PASSWORD, "reason": "too_expensive", "details": "We have to save money."}
    return {**body, **changes}


def credentials(member: Member, **changes: Any) -> dict[str, Any]:
    return {"email": member.email, "password": member.password, **changes}


@contextmanager
def living(
    suites: Suites,
    folder: Path,
    *,
    environment: Mapping[str, str] | None = None,
    groups: Sequence[tuple[str, ...]] = TOGETHER,
) -> Iterator[Life]:
    clock = MovableClock(folder / "clock")
    own = {
        **clock.environment,
        "FRONTDESK_SUPPORT_TOKEN": SUPPORT_TOKEN,
        "FRONTDESK_IDENTITY_CACHE_SECONDS": "0",  # what gateways remember expires by their own clock
        **(environment or {}),
    }
    with suites.opened(folder, groups=groups, environment=own) as suite:
        yield Life(suite, clock)

"""How does a test drive an account through its life? A suite with support and a clock of its own."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support.people import PASSWORD, Member
from tests.support.suite import TOGETHER, Suite, Suites
from tests.support.waiting import eventually

SUPPORT_TOKEN = "support token of the tests, long enough"
WAIT_SECONDS = 20.0


class Life:
    """A suite whose days pass at a word, and its support."""

    def __init__(self, suite: Suite, clock: Path) -> None:
        self.suite = suite
        self.api = suite.api
        self.support = suite.api.with_token(SUPPORT_TOKEN)
        self._clock = clock

    def pass_time(self, **spans: float) -> None:
        """`life.pass_time(days=3)`: for every service it is three days later."""
        later = float(self._clock.read_text()) + datetime.timedelta(**spans).total_seconds()
        self._clock.write_text(str(later))

    def now(self) -> datetime.datetime:
        shift = datetime.timedelta(seconds=float(self._clock.read_text()))
        return datetime.datetime.now(datetime.UTC) + shift

    def start_plan(self, member: Member, *, plan: str = "team", **period: Any) -> dict[str, Any]:
        """Support starts a plan; the account is paid when this returns."""
        path = f"/v1/support/accounts/{member.account['id']}/subscription"
        body = {"plan": plan, **(period or {"months": 1})}
        started: dict[str, Any] = eventually(
            lambda: found.body if (found := self.support.post(path, body)).status == 201 else None,
            WAIT_SECONDS,
            "billing knows the account and starts its plan",
        )
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
    clock = folder / "clock"
    clock.write_text("0")
    own = {
        "FRONTDESK_CLOCK_FILE": str(clock),
        "FRONTDESK_SUPPORT_TOKEN": SUPPORT_TOKEN,
        "FRONTDESK_IDENTITY_CACHE_SECONDS": "0",  # what gateways remember expires by their own clock
        **(environment or {}),
    }
    with suites.opened(folder, groups=groups, environment=own) as suite:
        yield Life(suite, clock)

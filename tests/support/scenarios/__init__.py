"""Scenarios by topic: everything that can be done to an account over HTTP, each from a fresh account.

A scenario is named after the operation that it ends with. Its outcome names the secrets that it knew and that nobody
else may learn.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from weakref import WeakKeyDictionary

from tests.support.people import Member
from tests.support.suite import Suite

ANY_VERSION = {"If-Match": "*"}
NEW_PASSWORD = "velvet anchor pigeon lamp"
EVENT_SECONDS = 60.0  # until what one service announces has its effect in another


@dataclasses.dataclass(frozen=True, kw_only=True)
class Outcome:
    """What was done: in which account, to whom or what, and with which secrets."""

    account_id: str
    object_id: str = ""
    secrets: tuple[str, ...] = ()


Do = Callable[[Suite], Outcome]

_done: WeakKeyDictionary[Suite, dict[Do, Outcome]] = WeakKeyDictionary()


def done(suite: Suite, do: Do) -> Outcome:
    """The outcome of a scenario that is run once in each suite, however many tests look at it."""
    outcomes = _done.setdefault(suite, {})
    if do not in outcomes:
        outcomes[do] = do(suite)
    return outcomes[do]


def of(member: Member, *secrets: str, object_id: str = "") -> Outcome:
    """The outcome of what a member did, to themselves unless another object is named."""
    return Outcome(
        account_id=member.account["id"],
        object_id=object_id or member.user["id"],
        secrets=(member.password, member.token, *secrets),
    )

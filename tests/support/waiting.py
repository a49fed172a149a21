"""Waiting for a condition, with a limit and a name for the failure."""

import time
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")
PAUSE_SECONDS = 0.02
LIMIT_SECONDS = 60.0
BY_EVENT_SECONDS = 20.0
"""The limit for what a gateway is told of: one that is not told asks again after 30 s, and would be too late."""


def eventually(
    condition: Callable[[], Result],
    timeout_seconds: float = LIMIT_SECONDS,
    what: str = "",
    *,
    pause_seconds: float = PAUSE_SECONDS,
) -> Result:
    """Calls `condition` until it answers something true, which it returns; fails after `timeout_seconds`.

    A condition that costs something, a connection for instance, is asked less often: `pause_seconds`.

    An AssertionError in `condition` counts as "not yet" and is what the failure shows.
    """
    deadline = time.monotonic() + timeout_seconds
    while True:
        reason: AssertionError | None = None
        try:
            if result := condition():
                return result
        except AssertionError as error:
            reason = error
        if time.monotonic() > deadline:
            waited_for = what or getattr(condition, "__name__", "the condition")
            raise AssertionError(f"not within {timeout_seconds:g} s: {waited_for}") from reason
        time.sleep(pause_seconds)

"""How does a test wait? For a condition, with a limit, and it says what it waited for."""

import time
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")
PAUSE_SECONDS = 0.02


def eventually(condition: Callable[[], Result], timeout_seconds: float = 10.0, what: str = "") -> Result:
    """Calls `condition` until it answers something true, which it returns; fails after `timeout_seconds`.

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
        time.sleep(PAUSE_SECONDS)

"""Detection of credential stuffing: passwords compared over all accounts, and a warning when most are wrong."""

from __future__ import annotations

import time
from collections import deque

import structlog
from prometheus_client import Counter, Gauge

log = structlog.get_logger(__name__)

WINDOW_SECONDS = 300.0
# Fewer tries than this say nothing; more than this part wrong is no day like any other.
TRIES_MIN = 100
WRONG_PART_MAX = 0.5
WARNED_EVERY_SECONDS = 60.0

checked = Counter("frontdesk_passwords_checked", "Passwords compared", ["outcome"])
refused = Counter("frontdesk_password_tries_refused", "Tries that were not looked at", ["rule"])
wrong_part = Gauge("frontdesk_passwords_wrong_ratio", "Wrong ones among the passwords of the last 5 minutes")


class Watch:
    """The passwords of the last minutes that this process has compared."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, bool]] = deque()
        self._wrong = 0
        self._warned_at = float("-inf")

    def note(self, *, is_right: bool, now: float | None = None) -> None:
        """One more was compared; not to be called in a thread."""
        now = time.monotonic() if now is None else now
        checked.labels("right" if is_right else "wrong").inc()
        self._seen.append((now, is_right))
        self._wrong += not is_right
        while self._seen[0][0] <= now - WINDOW_SECONDS:
            self._wrong -= not self._seen.popleft()[1]
        part = self._wrong / len(self._seen)
        wrong_part.set(part)
        if (
            len(self._seen) >= TRIES_MIN
            and part > WRONG_PART_MAX
            and now - self._warned_at > WARNED_EVERY_SECONDS
        ):
            self._warned_at = now
            log.warning("passwords_guessed", tries=len(self._seen), wrong=self._wrong)


watch = Watch()

"""Rate limit of the JSON API: how many requests an account makes in a minute, counted by each gateway process.

The header fields are those of the IETF's draft *RateLimit header fields for HTTP*: the policy on every answer to who is
logged in, and what is left of it.
"""

from __future__ import annotations

import dataclasses
import math
import time
import uuid
from collections.abc import Callable

from werkzeug.wrappers import Response

from chassis.http import Request
from gateway.settings import gateway_settings
from wire.identity import QuotaExceeded

POLICY = "default"
WINDOW_SECONDS = 60
HELD_AS = "frontdesk.rate_limit"


@dataclasses.dataclass(slots=True)
class Window:
    """The minute that began with an account's first request."""

    ends_at: float
    allowed: int
    made: int = 0

    def seconds_left(self, now: float) -> int:
        return max(1, math.ceil(self.ends_at - now))


class Windows:
    """The present window of each account that makes requests."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._windows: dict[uuid.UUID, Window] = {}
        self._swept_at = clock()

    def take(self, account_id: uuid.UUID, *, allowed: int) -> Window:
        """Count a request of this account. Raises `QuotaExceeded` for one too many."""
        now = self._clock()
        self._sweep(now)
        window = self._windows.get(account_id)
        if window is None or window.ends_at <= now:
            window = self._windows[account_id] = Window(ends_at=now + WINDOW_SECONDS, allowed=allowed)
        if window.made >= allowed:
            raise QuotaExceeded(
                policy=POLICY,
                quota=allowed,
                window_seconds=WINDOW_SECONDS,
                seconds_left=window.seconds_left(now),
            )
        window.made += 1
        return window

    def headers(self, window: Window) -> dict[str, str]:
        left = max(0, window.allowed - window.made)
        return {
            "RateLimit-Policy": f'"{POLICY}";q={window.allowed};w={WINDOW_SECONDS}',
            "RateLimit": f'"{POLICY}";r={left};t={window.seconds_left(self._clock())}',
        }

    def _sweep(self, now: float) -> None:
        """Forget the windows that are over, once a window."""
        if now - self._swept_at < WINDOW_SECONDS:
            return
        self._swept_at = now
        self._windows = {one: window for one, window in self._windows.items() if window.ends_at > now}


windows = Windows()


def check(request: Request, account_id: uuid.UUID) -> None:
    """Count the request among its account's, where there is a limit. Raises `QuotaExceeded`."""
    allowed = gateway_settings().requests_per_minute
    if allowed > 0:
        request.environ[HELD_AS] = windows.take(account_id, allowed=allowed)


def add_headers(request: Request, response: Response) -> None:
    """Say on the answer how much is left."""
    window = request.environ.get(HELD_AS)
    if window is not None:
        response.headers.update(windows.headers(window))

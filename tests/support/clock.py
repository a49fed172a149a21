"""A clock for the services of a test: the machine's time, moved on at a word."""

from __future__ import annotations

import datetime
from pathlib import Path


class MovableClock:
    """What services know as `FRONTDESK_CLOCK_FILE`; `environment` tells them."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.moved = datetime.timedelta()
        self.move()
        self.environment = {"FRONTDESK_CLOCK_FILE": str(path)}

    def move(self, **spans: float) -> None:
        """`clock.move(days=3)`: for every service it is three days later.

        In one step: a service that read a half written file would be back in the present for a moment.
        """
        self.moved += datetime.timedelta(**spans)
        new = self._path.with_suffix(".new")
        new.write_text(str(self.moved.total_seconds()))
        new.replace(self._path)

    def now(self) -> datetime.datetime:
        return datetime.datetime.now(datetime.UTC) + self.moved

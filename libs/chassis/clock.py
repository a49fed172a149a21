"""The clock of the services, which a test can set, so that it drives sixty days in seconds."""

from __future__ import annotations

import datetime
import os
from pathlib import Path
from typing import Any

from chassis.extensions import DependencyProvider


class SystemClock:
    """The machine's time, in UTC."""

    def now(self) -> datetime.datetime:
        return datetime.datetime.now(datetime.UTC)


class FileClock:
    """The machine's time shifted by the seconds that a file holds: one test clock for many processes."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def now(self) -> datetime.datetime:
        shift = float(self._path.read_text() or 0) if self._path.exists() else 0.0
        return datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=shift)


def configured_clock() -> SystemClock | FileClock:
    """The clock that `FRONTDESK_CLOCK_FILE` names, else the machine's."""
    path = os.environ.get("FRONTDESK_CLOCK_FILE")
    return FileClock(Path(path)) if path else SystemClock()


class Clock(DependencyProvider):
    """Gives a service `self.clock.now()`: an aware moment in UTC."""

    def setup(self) -> None:
        self._clock = configured_clock()

    def get_dependency(self, worker_ctx: Any) -> SystemClock | FileClock:
        return self._clock

    def now(self) -> datetime.datetime:
        return self._clock.now()

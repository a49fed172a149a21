"""Timers: `@every(seconds)` calls a method at intervals, with jitter.

`at_once` loops of a process take turns. Every replica runs the timer: what must happen once is claimed in the database.
Who knows that something is due now calls `notify` of the timer's `Wakeup`, where it has one, and need not wait.
"""

from __future__ import annotations

import random
from typing import Any

import eventlet
import structlog
from eventlet.event import Event as Signal
from eventlet.semaphore import Semaphore

from chassis import context
from chassis.context import Context
from chassis.database import engines
from chassis.extensions import Entrypoint
from chassis.process.container import ENTER

log = structlog.get_logger(__name__)

LONGEST_PAUSE_SECONDS = 30.0


class Wakeup:
    """`notify` wakes one of those that sleep; a notification is not lost while all are busy."""

    def __init__(self) -> None:
        self._notified = Semaphore(0)

    def notify(self, *, after_seconds: float = 0.0) -> None:
        """Say that something is due, or will be; to be called after the commit that made it so."""
        if after_seconds:
            eventlet.spawn_after(after_seconds, self._notified.release)
        else:
            self._notified.release()

    def sleep(self, seconds: float) -> None:
        """Wait for a notification, but no longer than so many seconds."""
        self._notified.acquire(timeout=seconds)


class Every(Entrypoint):
    """Calls the method every so many seconds, counted from the end of the call before, or when its wake-up is notified.

    `at_once` loops take turns, so that a call that takes long holds up itself alone.
    """

    def __init__(
        self, seconds: float, *, at_once: int = 1, wakeup: Wakeup | None = None, **options: Any
    ) -> None:
        super().__init__(**options)
        self.seconds = seconds * at_once
        self.at_once = at_once
        self.wakeup = wakeup or Wakeup()

    def start(self) -> None:
        self._greenlets = [eventlet.spawn(self._run, number) for number in range(self.at_once)]

    def stop(self) -> None:
        for greenlet in self._greenlets:
            greenlet.kill()

    def kill(self) -> None:
        self.stop()

    def _run(self, number: int) -> None:
        failures = 0
        eventlet.sleep(self.seconds * number / self.at_once)
        while True:
            pause = min(self.seconds * 2**failures, max(self.seconds, LONGEST_PAUSE_SECONDS))
            self.wakeup.sleep(pause * random.uniform(0.8, 1.2))  # jitter
            failures = 0 if self._call() else failures + 1

    def _call(self) -> bool:
        finished = Signal()

        def finish(_: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
            if exc_info is not None and engines.is_outage(exc_info[1]):
                log.warning("timer_waits", method=self.method_name, reason=repr(exc_info[1]))
            elif exc_info is not None:
                log.error("timer_failed", method=self.method_name, exc_info=exc_info)
            finished.send(exc_info is None)
            return result, None

        def enter() -> None:
            context.enter(Context(correlation_id=context.new_correlation_id()))

        self.container.spawn_worker(self, (), {}, context_data={ENTER: enter}, handle_result=finish)
        return bool(finished.wait())


every = Every.decorator

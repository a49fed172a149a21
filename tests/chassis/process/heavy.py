"""Functions for the tests of offloading: work that succeeds, fails, or does not end by itself."""

from __future__ import annotations

import os
import signal
import time
from typing import NoReturn

from chassis import context


class Spoilt(Exception):
    """What the work itself refuses."""


def doubled(number: int) -> tuple[int, int]:
    """The number twice over, and who has computed it."""
    return number * 2, os.getpid()


def refuse(reason: str) -> NoReturn:
    raise Spoilt(reason)


def chatter() -> str:
    print("not a part of the answer")
    return "the answer"


def take_memory(count: int) -> int:
    return len(bytearray(count))


def compute_for_ever() -> NoReturn:
    while True:
        pass


def sleep_for_ever() -> NoReturn:
    while True:
        time.sleep(60)


def be_killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def wait_a_second() -> str:
    """As a computation does that has let go of the interpreter's lock; the correlation id it works under."""
    time.sleep(1)
    return context.current().correlation_id

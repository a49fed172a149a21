"""eventlet's patching of the standard library and of psycopg, and a check that it took effect."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any


def patch() -> None:
    """Make blocking calls cooperative. Call it before anything imports `socket` users, once per process."""
    # psycopg waits in C unless told otherwise before its first import: five `pg_sleep(1)` then take five seconds
    # and freeze every greenlet.
    os.environ["PSYCOPG_WAIT_FUNC"] = "wait_select"
    if "psycopg" in sys.modules:
        raise RuntimeError("psycopg was imported before chassis.process.green.patch()")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
        import eventlet

        eventlet.monkey_patch()
    _patch_psycopg()


def check() -> None:
    """Raise `RuntimeError` with the name of what still blocks; a limit that is no number ends the process here."""
    silence_seconds()
    import eventlet.patcher
    import psycopg.waiting

    blocking = [
        module
        for module in ("socket", "select", "thread", "time")
        if not eventlet.patcher.is_monkey_patched(module)
    ]
    if psycopg.waiting.wait.__module__ != "chassis.process.green":
        blocking.append("psycopg")
    if blocking:
        raise RuntimeError(f"still blocking the event loop: {', '.join(blocking)}")


@cache
def silence_seconds() -> float:
    """How long to wait for an answer of the database, longer than any statement of a service may take."""
    given = os.environ.get("FRONTDESK_DATABASE_SILENCE_SECONDS", "15")
    try:
        return float(given)
    except ValueError:
        raise SystemExit(f"settings: FRONTDESK_DATABASE_SILENCE_SECONDS is no number: {given}") from None


_is_unlimited: ContextVar[bool] = ContextVar("frontdesk_unlimited_statements", default=False)


@contextmanager
def unlimited_statements() -> Iterator[None]:
    """In the block a statement may take as long as it takes: those of a migration do."""
    token = _is_unlimited.set(True)
    try:
        yield
    finally:
        _is_unlimited.reset(token)


def _patch_psycopg() -> None:
    """Let psycopg wait in eventlet's hub: its own `wait_select` goes through `select`, at three times the cost."""
    import psycopg
    import psycopg.waiting
    from eventlet.hubs import IOClosed, trampoline
    from psycopg.waiting import Ready, Wait

    class NoAnswer(Exception):
        pass

    def ready(fileno: int, wanted: int) -> int:
        limit = None if _is_unlimited.get() else silence_seconds()
        if wanted == Wait.R:
            trampoline(fileno, read=True, timeout=limit, timeout_exc=NoAnswer)
            return int(Ready.R)
        # Where either would do, more is to be sent than the socket takes at once. Reading meanwhile finds what has
        # come, and nothing when nothing has.
        trampoline(fileno, write=True, timeout=limit, timeout_exc=NoAnswer)
        return int(Ready.RW) if wanted == Wait.RW else int(Ready.W)

    def wait(gen: Generator[int, int, Any], fileno: int, *_: Any, **__: Any) -> Any:
        try:
            wanted = next(gen)
            while True:
                wanted = gen.send(ready(fileno, wanted))
        except StopIteration as finished:
            return finished.value
        except IOClosed as closed:
            raise psycopg.OperationalError("the connection was closed") from closed
        except NoAnswer:
            _shut_down(fileno)
            raise psycopg.OperationalError("the database does not answer") from None

    psycopg.waiting.wait = wait


def _shut_down(fileno: int) -> None:
    """Break the connection for good, so that nobody takes it from the pool again."""
    import socket

    with socket.socket(fileno=os.dup(fileno)) as sock:
        sock.shutdown(socket.SHUT_RDWR)

"""Is this process green? Patches the standard library first thing, and proves that it took."""

from __future__ import annotations

import os
import sys
import warnings


def patch() -> None:
    """Make blocking calls cooperative. Call it before anything imports `socket` users, once per process.

    psycopg waits in C unless told otherwise before its first import: five `pg_sleep(1)` then take five seconds
    and freeze every greenlet, so the variable is set here, where nothing can come before it.
    """
    os.environ["PSYCOPG_WAIT_FUNC"] = "wait_select"
    if "psycopg" in sys.modules:
        raise RuntimeError("psycopg was imported before chassis.green.patch()")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
        import eventlet

        eventlet.monkey_patch()


def check() -> None:
    """Raise `RuntimeError` with the name of what still blocks."""
    import eventlet.patcher
    import psycopg.waiting

    blocking = [
        module
        for module in ("socket", "select", "thread", "time")
        if not eventlet.patcher.is_monkey_patched(module)
    ]
    if psycopg.waiting.wait is not psycopg.waiting.wait_select:
        blocking.append("psycopg")
    if blocking:
        raise RuntimeError(f"still blocking the event loop: {', '.join(blocking)}")

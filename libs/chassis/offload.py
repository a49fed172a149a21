"""Where does work go that would block the loop? To a thread, a few at a time.

argon2 and the like release the interpreter's lock while they compute, so a thread is enough for them; what does not
belongs in a child process.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import copy_context
from typing import Any, ParamSpec, TypeVar

from eventlet import semaphore, tpool

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

THREADS = 4

_places = semaphore.Semaphore(THREADS)


def in_thread(
    function: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs
) -> Result:
    """Call `function` in a thread and wait for it without blocking the loop; at most four run at once.

    The thread has the caller's context variables.
    """
    with _places:
        result: Any = tpool.execute(copy_context().run, function, *args, **kwargs)
    outcome: Result = result
    return outcome

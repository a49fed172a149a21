"""Work that would block the event loop, run in a thread or in a child process.

argon2 and the like release the interpreter's lock while they compute: a thread is enough for them. What reads a
stranger's file gets a process with bounds of its own.
"""

from __future__ import annotations

import pickle  # written and read by this program alone
import sys
from collections.abc import Callable
from contextvars import copy_context
from typing import Any, ParamSpec, TypeVar

import eventlet
from eventlet import semaphore, tpool
from eventlet.green import subprocess  # type: ignore[import-untyped]

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

THREADS = 4
CHILDREN = 2
CHILD_MEMORY_BYTES = 512 * 1024 * 1024
CHILD_CPU_SECONDS = 60
CHILD_SECONDS = 120.0

_threads = semaphore.Semaphore(THREADS)
_children = semaphore.Semaphore(CHILDREN)


class ChildFailed(Exception):
    """The child process ended without an answer: out of memory, out of time, or killed."""


def in_thread(
    function: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs
) -> Result:
    """Call `function` in a thread and wait for it without blocking the loop; at most four run at once.

    The thread has the caller's context variables.
    """
    with _threads:
        result: Result = tpool.execute(copy_context().run, function, *args, **kwargs)
    return result


def in_child(
    function: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs
) -> Result:
    """Call a module's function in a process of its own; at most two run at once.

    It may have 512 MiB of memory, compute for a minute, and take two by the clock.
    Arguments, result and exceptions are pickled. Raises what the function raises, or `ChildFailed` when the process
    wanted more than it may have, or was ended.
    """
    request = pickle.dumps((function.__module__, function.__name__, args, kwargs))
    command = [sys.executable, "-m", "chassis.process.child", str(CHILD_MEMORY_BYTES), str(CHILD_CPU_SECONDS)]
    with _children:
        answer = _ask(command, request)
    outcome, value = pickle.loads(answer)  # noqa: S301  # written by our own child
    if outcome == "raised":
        raise value
    result: Result = value
    return result


def _ask(command: list[str], request: bytes) -> bytes:
    child: Any = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        with eventlet.Timeout(CHILD_SECONDS, ChildFailed("took too long")):
            answer, _ = child.communicate(request)
    finally:
        if child.poll() is None:
            child.kill()
            child.wait()
    if child.returncode != 0 or not answer:
        raise ChildFailed(f"ended with {child.returncode}")
    return bytes(answer)

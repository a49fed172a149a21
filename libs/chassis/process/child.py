"""The child process of `offload.in_child`: it runs one function within limits of memory and time.

Reads `(module, name, args, kwargs)` from standard input and writes `(outcome, value)` to standard output, pickled:
both ends are this program.
"""

from __future__ import annotations

import importlib
import os
import pickle  # written and read by this program alone
import resource
import sys
from typing import Any


def limit(memory_bytes: int, cpu_seconds: int) -> None:
    """Bound this process; it cannot raise the bounds again."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def run(request: bytes) -> tuple[str, Any]:
    module, name, args, kwargs = pickle.loads(request)  # noqa: S301  # written by our parent
    try:
        return "returned", getattr(importlib.import_module(module), name)(*args, **kwargs)
    except MemoryError:
        raise  # the bound, which is not the function's to answer for: the process ends
    except Exception as error:  # noqa: BLE001  # whatever was raised is raised again by the parent
        return "raised", error


def main() -> None:
    memory_bytes, cpu_seconds = int(sys.argv[1]), int(sys.argv[2])
    request = sys.stdin.buffer.read()
    # What the function prints goes to the log, and not between the bytes of the answer.
    with os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(2, 1)
        limit(memory_bytes, cpu_seconds)
        answers.write(pickle.dumps(run(request)))


if __name__ == "__main__":
    main()

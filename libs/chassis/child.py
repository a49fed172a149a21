"""What runs in the child process that `offload.in_child` starts? One function, within limits, then it ends.

Reads `(module, name, args, kwargs)` from standard input and writes `(outcome, value)` to standard output, pickled:
both ends are this program.
"""

from __future__ import annotations

import importlib
import pickle  # between ourselves
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
    except Exception as error:  # noqa: BLE001  # whatever was raised is raised again by the parent
        return "raised", error


def main() -> None:
    memory_bytes, cpu_seconds = int(sys.argv[1]), int(sys.argv[2])
    request = sys.stdin.buffer.read()
    limit(memory_bytes, cpu_seconds)
    try:
        answer = pickle.dumps(run(request))
    except MemoryError:
        answer = pickle.dumps(("raised", MemoryError(f"more than {memory_bytes} bytes")))
    sys.stdout.buffer.write(answer)


if __name__ == "__main__":
    main()

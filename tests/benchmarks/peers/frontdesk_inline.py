"""A control without threads: Frontdesk's service, hashing passwords on its event loop.

It shows that the measurement of stalls sees what it is there to see.
"""

from __future__ import annotations

from tests.benchmarks.peers import frontdesk_service

# ruff: noqa: I001  # after the patch, which the line above does

import sys
from collections.abc import Callable
from typing import Any

import eventlet

from chassis.database import migrations
from chassis.process import offload, runner


def in_place(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    return function(*args, **kwargs)


if __name__ == "__main__":
    (service,) = sys.argv[1:]
    offload.in_thread = in_place
    migrations.migrate(service)
    eventlet.spawn(frontdesk_service.end_with_parent)
    sys.exit(runner.run([service]))

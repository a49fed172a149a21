"""Frontdesk's own services for a benchmark: as `frontdesk run <service>`, until the parent closes the pipe."""

from __future__ import annotations

from tests.benchmarks.peers import frontdesk_chassis  # noqa: F401  # patches, before everything else

# ruff: noqa: I001  # after the patch, which the line above does

import os
import signal
import sys

import eventlet
import eventlet.tpool

from chassis.database import migrations
from chassis.process import runner
from tests.benchmarks.peers import calling


def end_with_parent() -> None:
    eventlet.tpool.execute(calling.wait_for_parent)
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    (service,) = sys.argv[1:]
    if migrations.folder(service).is_dir():
        migrations.migrate(service)
    eventlet.spawn(end_with_parent)
    sys.exit(runner.run([service]))

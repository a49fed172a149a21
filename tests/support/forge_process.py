"""How does a service start at once? From a process that has imported everything and forks on demand.

One JSON line on standard input starts a process: `{"run": ["keeper"], "environment": {…}, "log": "…"}`; lines on
standard output say `{"started": pid}` and `{"ended": pid, "status": …}`. When the input ends, so do the children.
The children are what `frontdesk run` is, without the two seconds of imports before it.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import signal
import sys
from typing import Any, NoReturn

from chassis.process import green

# The plain ones: waiting for orders must not start an event loop that every child would inherit.
read, wait_readable, wait_pid = os.read, select.select, os.waitpid

green.patch()

# ruff: noqa: E402  # everything after the patch

import importlib

from eventlet import hubs

from chassis import rpc  # noqa: F401  # what services import
from chassis.database import migrations, work  # noqa: F401  # what services import
from chassis.events import listeners  # noqa: F401  # what services import
from chassis.http import server  # noqa: F401  # what services import
from chassis.process import crashpoints, runner  # what services import
from gateway.layout import views

SERVICES = ("accounts", "billing", "contacts", "notifications", "gateway")
LOOK_SECONDS = 0.02


def serve_until_told(order: dict[str, Any]) -> NoReturn:
    """In the child: become the service."""
    os.setsid()  # as every process that a test starts, it leads a group of its own
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    # A hub that the imports made is one epoll for all children: each would wake up for the others' sockets.
    hubs.use_hub()
    os.environ.update(order["environment"])
    importlib.reload(crashpoints)  # it reads the environment when it is imported
    status = 1
    try:
        status = runner.run(order["run"])
    finally:
        sys.stderr.flush()
        os._exit(status)


def tell(**said: int) -> None:
    os.write(1, json.dumps(said).encode() + b"\n")


def warm_up() -> None:
    """All that `frontdesk run` does before it knows its settings."""
    for service in SERVICES:
        importlib.import_module(f"{service}.service")
    views.compile_all()
    gc.collect()
    gc.freeze()  # a child that looked through all this would copy it


def main() -> None:
    warm_up()
    children: set[int] = set()
    pending = b""
    while True:
        readable, _, _ = wait_readable([0], [], [], LOOK_SECONDS)
        for pid in list(children):
            ended, status = wait_pid(pid, os.WNOHANG)
            if ended:
                children.discard(pid)
                tell(ended=pid, status=os.waitstatus_to_exitcode(status))
        if not readable:
            continue
        chunk = read(0, 65536)
        if not chunk:
            break
        *lines, pending = (pending + chunk).split(b"\n")
        for line in lines:
            pid = os.fork()
            if pid == 0:
                serve_until_told(json.loads(line))
            children.add(pid)
            tell(started=pid)
    for pid in children:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    main()

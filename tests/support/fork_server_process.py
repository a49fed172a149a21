"""The process of the fork server: it has imported every service, and forks one off on demand.

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
import traceback
from typing import Any, NoReturn

from chassis.process import green

# The plain ones: waiting for requests must not start an event loop that every child would inherit.
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


def become_service(request: dict[str, Any]) -> NoReturn:
    """In the child: run the services, and end with their status."""
    os.setsid()  # as every process that a test starts, it leads a group of its own
    log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    status = run(request["run"], request["environment"])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)  # past what a child must not do: the parent's exit handlers, and waiting for its threads


def run(names: list[str], environment: dict[str, str]) -> int:
    """The exit status; what is raised is written to the log, as Python does it at the end of a program."""
    try:
        # A hub that the imports made is one epoll for all children: each would wake up for the others' sockets.
        hubs.use_hub()
        os.environ.update(environment)
        importlib.reload(crashpoints)  # it reads the environment when it is imported
        return runner.run(names)
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return end.code or 0
        print(end.code, file=sys.stderr)
        return 1
    except BaseException:  # noqa: BLE001  # whatever it was, somebody will look for it in the log
        traceback.print_exc()
        return 1


def report(**facts: int) -> None:
    os.write(1, json.dumps(facts).encode() + b"\n")


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
                report(ended=pid, status=os.waitstatus_to_exitcode(status))
        if not readable:
            continue
        chunk = read(0, 65536)
        if not chunk:
            break
        *lines, pending = (pending + chunk).split(b"\n")
        for line in lines:
            pid = os.fork()
            if pid == 0:
                become_service(json.loads(line))
            children.add(pid)
            report(started=pid)
    for pid in children:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    main()

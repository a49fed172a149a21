"""The event loop, tested in a child process: blocking work runs beside it, timers survive their failures."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]

IN_THREAD = """
from chassis.process import green
green.patch()
import time, eventlet, eventlet.patcher
from chassis import context
from chassis.process import offload
from chassis.context import Context
block = eventlet.patcher.original("time").sleep
ticks = []

def tick():
    while True:
        eventlet.sleep(0.01)
        ticks.append(time.monotonic())

eventlet.spawn(tick)
context.enter(Context(correlation_id="c-1"))

def work(number):
    block(0.3)
    return number, context.current().correlation_id

started = time.monotonic()
threads = [context.spawn(offload.in_thread, work, number) for number in range(8)]
assert [thread.wait() for thread in threads] == [(number, "c-1") for number in range(8)]
took = time.monotonic() - started
assert 0.55 < took < 2, took  # eight of 0.3 s, four at once
worst = max(after - before for before, after in zip(ticks, ticks[1:]))
assert worst < 0.15, worst

def fail():
    raise ValueError("in a thread")

try:
    offload.in_thread(fail)
except ValueError as error:
    assert str(error) == "in a thread"
else:
    raise AssertionError("nothing was raised")
"""

TIMER = """
from chassis.process import green
green.patch()
import sys, types, eventlet
from nameko.runners import ServiceRunner
from chassis.process import runner
from chassis.every import every
calls, running, most = [], 0, 0

class DrillService:
    name = "drill"

    @every(0.05)
    def beat(self):
        global running, most
        running += 1
        most = max(most, running)
        calls.append(len(calls))
        eventlet.sleep(0.1)
        running -= 1
        if len(calls) == 2:
            raise ValueError("once")

module = types.ModuleType("drill.service")
DrillService.__module__ = "drill.service"
module.DrillService = DrillService
sys.modules["drill"], sys.modules["drill.service"] = types.ModuleType("drill"), module
process = runner.Process(["drill"])
process.start()
with eventlet.Timeout(10):
    while len(calls) < 5:
        eventlet.sleep(0.02)
(container,) = process._runner.containers
(timer,) = container.entrypoints
process.request_stop()
assert process.wait() == 0
assert all(greenlet.dead for greenlet in timer._greenlets), "it goes on after the end"
assert running == 0, "a call goes on after the end"
assert most == 1, most
"""

WAKEUP = """
from chassis.process import green
green.patch()
import sys, types, eventlet
from chassis.process import runner
from chassis.every import Wakeup, every
calls = []

class DrillService:
    name = "drill"
    wakeup = Wakeup()

    @every(3600, wakeup=wakeup)
    def beat(self):
        calls.append(len(calls))
        eventlet.sleep(0.1)

module = types.ModuleType("drill.service")
DrillService.__module__ = "drill.service"
module.DrillService = DrillService
sys.modules["drill"], sys.modules["drill.service"] = types.ModuleType("drill"), module
process = runner.Process(["drill"])
process.start()
with eventlet.Timeout(10):
    DrillService.wakeup.notify()
    while not calls:
        eventlet.sleep(0.01)
    DrillService.wakeup.notify()  # while the method runs
    DrillService.wakeup.notify()
    while len(calls) < 3:
        eventlet.sleep(0.01)
process.request_stop()
assert process.wait() == 0
"""


def run(program: str) -> None:
    environment = os.environ | {"FRONTDESK_AMQP_URI": "memory://", "FRONTDESK_LOG_LEVEL": "CRITICAL"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=environment,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr


def test_what_blocks_runs_in_a_few_threads_with_the_callers_context() -> None:
    run(IN_THREAD)


def test_a_timer_runs_one_at_a_time_survives_a_failure_and_ends_with_its_process() -> None:
    run(TIMER)


def test_a_timer_runs_when_its_wakeup_is_notified_and_loses_no_notification() -> None:
    run(WAKEUP)

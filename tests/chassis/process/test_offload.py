"""Offloaded work: it holds up nothing else, and it ends, whatever it does."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from itertools import pairwise

import eventlet
import pytest

from chassis import context
from chassis.process import offload
from chassis.process.offload import ChildFailed, in_child, in_thread
from tests.chassis.process import heavy
from tests.chassis.process.heavy import Spoilt

TICK_SECONDS = 0.02


def longest_pause(work: Callable[[], object]) -> float:
    """How long the loop stood still at most, while that work was done."""
    moments = [time.monotonic()]

    def tick() -> None:
        while True:
            eventlet.sleep(TICK_SECONDS)
            moments.append(time.monotonic())

    ticking = eventlet.spawn(tick)
    try:
        work()
    finally:
        ticking.kill()
    moments.append(time.monotonic())
    return max(later - earlier for earlier, later in pairwise(moments))


def test_a_child_gives_the_result_of_another_process() -> None:
    result, pid = in_child(heavy.doubled, 21)
    assert result == 42
    assert pid != os.getpid()


def test_a_thread_gives_the_result_of_this_process() -> None:
    assert in_thread(heavy.doubled, 21) == (42, os.getpid())


def test_what_the_work_raises_is_raised_here() -> None:
    for offloaded in (in_thread, in_child):
        with pytest.raises(Spoilt, match="not today"):
            offloaded(heavy.refuse, "not today")


def test_what_a_child_prints_does_not_spoil_its_answer() -> None:
    assert in_child(heavy.chatter) == "the answer"


def test_a_child_that_wants_too_much_memory_fails_alone() -> None:
    assert in_child(heavy.take_memory, offload.CHILD_MEMORY_BYTES // 8) > 0
    with pytest.raises(ChildFailed):
        in_child(heavy.take_memory, offload.CHILD_MEMORY_BYTES)


def test_a_child_that_computes_for_ever_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(offload, "CHILD_CPU_SECONDS", 1)
    with pytest.raises(ChildFailed, match="ended with"):
        in_child(heavy.compute_for_ever)


def test_a_child_that_sleeps_for_ever_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(offload, "CHILD_SECONDS", 1.0)
    with pytest.raises(ChildFailed, match="too long"):
        in_child(heavy.sleep_for_ever)


def test_a_child_that_is_killed_takes_nobody_with_it() -> None:
    with pytest.raises(ChildFailed, match="ended with -9"):
        in_child(heavy.be_killed)
    assert in_child(heavy.doubled, 1)[0] == 2


@pytest.mark.parametrize("offloaded", [in_thread, in_child])
def test_the_loop_runs_on_meanwhile(offloaded: Callable[..., object]) -> None:
    assert longest_pause(lambda: offloaded(heavy.wait_a_second)) < 0.5


def test_a_thread_works_in_the_callers_context() -> None:
    with context.within(correlation_id="of-the-caller"):
        assert in_thread(heavy.wait_a_second) == "of-the-caller"


def test_no_more_children_run_at_once_than_are_allowed() -> None:
    """Three that wait a second take turns."""
    started = time.monotonic()
    waiting = [eventlet.spawn(in_child, heavy.wait_a_second) for _ in range(offload.CHILDREN + 1)]
    for one in waiting:
        one.wait()
    assert time.monotonic() - started > 2

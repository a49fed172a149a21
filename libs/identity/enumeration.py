"""Defence against address enumeration: no answer tells whether an address has a user, by its words or by its time.

Whoever asks with an address of somebody else gets the same words for a known and for an unknown one. So that the time
is the same too,

- an answer that has done different work is held to the next whole step (`hold_to_steps`);
- a known address that spares the service work has it do that work in vain (`in_vain`);
- what only a known address leads to is done once the answer has been given (`after_the_answer`, and the requests for
  tokens by email, which are noted for everybody alike and looked into after `random_moment`). A measurement of the
  other way, to do it at once and to hold every answer to a whole step, told known from unknown as soon as the machine
  was busy;
- a password is compared with a hash even where there is no user (`passwords.matches`).

`FRONTDESK_EVEN_MILLISECONDS=0` switches the evening-out off, for the tests that show what it is good for.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from chassis import context
from chassis.database.work import Work

# By then an answer has been given that must not tell by its time whether there was more to do.
ANSWERED_SECONDS = 0.2
# A moment later, never at once: what happens then must not show in the next answer.
MOMENT_SECONDS = (0.2, 0.6)


@contextmanager
def hold_to_steps(milliseconds: int) -> Iterator[None]:
    """Let the block end, however it ends, a whole number of steps after it began; 0 lets it end when it does."""
    started = time.monotonic()
    try:
        yield
    finally:
        if milliseconds > 0:
            step = milliseconds / 1000
            time.sleep(step - (time.monotonic() - started) % step)


@contextmanager
def in_vain(work: Work) -> Iterator[None]:
    """Undo what the block has done: the time that it took stays, and nothing else, and nobody hears of it."""
    owed = len(work.announcements)
    savepoint = work.session.begin_nested()
    yield
    work.session.flush()
    savepoint.rollback()
    del work.announcements[owed:]


def after_the_answer(do: Callable[[], None]) -> None:
    """Do it in the background, once the answer has been given; a process that is killed in between takes it along."""
    context.spawn(_do_later, do)


def _do_later(do: Callable[[], None]) -> None:
    time.sleep(ANSWERED_SECONDS)
    do()


def random_moment() -> float:
    """So many seconds after the answer a request is looked into."""
    return random.uniform(*MOMENT_SECONDS)

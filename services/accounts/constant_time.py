"""How does an answer not tell, by the time it takes, whether an address is known? It is held to the next whole step."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def evenly(milliseconds: int) -> Iterator[None]:
    """Let the block end, however it ends, a whole number of steps after it began; 0 lets it end when it does."""
    started = time.monotonic()
    try:
        yield
    finally:
        if milliseconds > 0:
            step = milliseconds / 1000
            time.sleep(step - (time.monotonic() - started) % step)

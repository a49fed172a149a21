"""Sizes of tests: `make test` takes what shows a fault within minutes, `make test-long` the numbers that we promise."""

from __future__ import annotations

import os

IS_LONG = bool(os.environ.get("FRONTDESK_TEST_LONG"))


def size(short: int, long: int) -> int:
    return long if IS_LONG else short

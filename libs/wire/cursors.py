"""Pagination cursors: an opaque text that holds the last row's place in the order.

A cursor names its list: with its order, and with the filter where it has one. One of another list is refused.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from typing import Any

from wire.contract import Refusal


class CursorInvalid(Refusal):
    code = "cursor_invalid"


def text(value: object) -> str:
    """A string that can be a parameter of a database query."""
    if not isinstance(value, str) or "\x00" in value:
        raise ValueError("no text")
    value.encode()  # a lone surrogate is no text: a ValueError
    return value


def number(value: object) -> int:
    """A whole number that fits a `bigint`."""
    if not isinstance(value, int) or isinstance(value, bool) or not -(2**63) <= value < 2**63:
        raise ValueError("no number")
    return value


def name_of(kind: str, *filters: object) -> str:
    """The name of a list with these filters: another filter is another list."""
    if not any(filters):
        return kind
    digest = hashlib.sha256(json.dumps([str(value) for value in filters]).encode()).hexdigest()
    return f"{kind}:{digest[:16]}"


def write(which: str, *place: object) -> str:
    """The cursor of a list after the row with these values: texts, numbers and ids, as the list is ordered."""
    values = [value if isinstance(value, int) else str(value) for value in place]
    written = json.dumps([which, *values], separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(written.encode()).rstrip(b"=").decode()


def read(cursor: str, which: str, *kinds: Callable[[Any], Any]) -> tuple[Any, ...]:
    """The place that the cursor of this list holds, one value for each of `kinds` (`text`, `number`, `uuid.UUID`).

    Raises `CursorInvalid`.
    """
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        named, *values = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
        if named != which:
            raise CursorInvalid
        return tuple(kind(value) for kind, value in zip(kinds, values, strict=True))
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise CursorInvalid from None

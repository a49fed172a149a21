"""Pagination cursors: one leads back to its own row in its own list, and is refused anywhere else."""

from __future__ import annotations

import base64
import json
import uuid

import pytest

from wire import cursors
from wire.cursors import CursorInvalid

ID = uuid.UUID(int=7)


def test_a_cursor_leads_back_to_its_place() -> None:
    cursor = cursors.write("contacts:name", "émile", ID)
    assert cursors.read(cursor, "contacts:name", cursors.text, uuid.UUID) == ("émile", ID)
    assert cursors.read(cursors.write("log", 2**63 - 1), "log", cursors.number) == (2**63 - 1,)


def test_a_cursor_belongs_to_its_list_and_its_filter() -> None:
    plain, mine, hers = (cursors.name_of("log", *filters) for filters in ((), ("ann",), ("bea",)))
    assert plain == cursors.name_of("log", None) == "log"
    assert len({plain, mine, hers, cursors.name_of("log", None, "ann")}) == 4
    for which in (plain, hers):
        with pytest.raises(CursorInvalid):
            cursors.read(cursors.write(mine, 1), which, cursors.number)


def raw(*place: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "cursor",
    [
        *("", "x", "é", "%00", raw(), raw("log"), raw("log", 1, 2), raw("log", "1"), raw("log", True)),
        *(raw("log", 1.5), raw("log", 2**63), raw("log", None), raw("other", 1), raw([["log"]], 1)),
        base64.urlsafe_b64encode(b"[" * 3000).decode(),
        base64.urlsafe_b64encode(b"7").decode(),
    ],
)
def test_what_is_no_cursor_of_this_list_is_refused(cursor: str) -> None:
    with pytest.raises(CursorInvalid):
        cursors.read(cursor, "log", cursors.number)

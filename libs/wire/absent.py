"""Absent fields: in a partial update, a field that is not given stays as it is and is `ABSENT`.

    phone: Phone | Absent | None = ABSENT    # a number, none any more, or as it was

On the wire an absent field is simply not there.
"""

from __future__ import annotations

import dataclasses
import typing
from enum import Enum
from typing import Any, Final, Union


class Absent(Enum):
    """Not given; a type of its own, so that the type checker asks."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT


def without_absent(hint: Any) -> Any:
    """The type of a field's value where there is one."""
    args = typing.get_args(hint)
    if Absent not in args:
        return hint
    return Union[tuple(arg for arg in args if arg is not Absent)]  # noqa: UP007  # made of a tuple


def given(message: Any) -> dict[str, Any]:
    """The fields of a message that are given, by name."""
    values = {field.name: getattr(message, field.name) for field in dataclasses.fields(message)}
    return {name: value for name, value in values.items() if value is not ABSENT}

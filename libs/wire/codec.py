"""Fast serialization of messages between our own services: plain functions derived from the dataclass.

`dump` writes what `schema.load` reads. `revive` reads what `dump` wrote: it converts types and checks no limits, for
the answers of services that made them from the same contract. What comes from anybody else goes through
`schema.load`.
"""

from __future__ import annotations

import dataclasses
import datetime
import enum
import types
import typing
import uuid
from collections.abc import Callable
from functools import cache
from typing import Annotated, Any, TypeVar

from wire.absent import ABSENT, without_absent

Message = TypeVar("Message")
Convert = Callable[[Any], Any]


def _instant_out(value: datetime.datetime) -> str:
    return value.astimezone(datetime.UTC).isoformat().replace("+00:00", "Z")


def _instant_in(value: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(value).astimezone(datetime.UTC)


# How a value is written and read; a type that is not here is JSON's own.
OUT: dict[Any, Convert] = {
    uuid.UUID: str,
    datetime.datetime: _instant_out,
    datetime.date: datetime.date.isoformat,
}
IN: dict[Any, Convert] = {
    uuid.UUID: uuid.UUID,
    datetime.datetime: _instant_in,
    datetime.date: datetime.date.fromisoformat,
}


def _converter(
    hint: Any, scalars: dict[Any, Convert], nested: Callable[[Any], Convert], each: type
) -> Convert | None:
    """The function that converts one value; None where there is nothing to convert."""
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin is Annotated:
        return _converter(args[0], scalars, nested, each)
    if origin in (typing.Union, types.UnionType):
        inner = _converter(next(arg for arg in args if arg is not type(None)), scalars, nested, each)
        return None if inner is None else lambda value: None if value is None else inner(value)
    if origin is tuple:
        item = _converter(args[0], scalars, nested, each)
        return each if item is None else lambda values: each(map(item, values))
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return nested(hint)
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return hint if scalars is IN else lambda member: member.value
    return scalars.get(hint)


@cache
def _dumper(cls: Any) -> Convert:
    hints = typing.get_type_hints(cls, include_extras=True)
    fields = [
        (field.name, _converter(without_absent(hints[field.name]), OUT, _dumper, list))
        for field in dataclasses.fields(cls)
    ]

    def dumped(message: Any) -> dict[str, Any]:
        return {
            name: getattr(message, name) if convert is None else convert(getattr(message, name))
            for name, convert in fields
        }

    def dumped_if_given(message: Any) -> dict[str, Any]:
        return {
            name: value if convert is None else convert(value)
            for name, convert in fields
            if (value := getattr(message, name)) is not ABSENT
        }

    return dumped_if_given if any(hint is not without_absent(hint) for hint in hints.values()) else dumped


@cache
def _reviver(cls: Any) -> Convert:
    hints = typing.get_type_hints(cls, include_extras=True)
    fields = {
        field.name: _converter(without_absent(hints[field.name]), IN, _reviver, tuple)
        for field in dataclasses.fields(cls)
    }

    def revived(data: dict[str, Any]) -> Any:
        values = {}
        for name, value in data.items():
            if name in fields:
                convert = fields[name]
                values[name] = value if convert is None else convert(value)
        return cls(**values)

    return revived


def dump(message: object) -> dict[str, Any]:
    """The JSON-ready form of a message."""
    kind: Any = type(message)
    dumped: dict[str, Any] = _dumper(kind)(message)
    return dumped


def revive(cls: type[Message], data: Any) -> Message:
    """The message that `dump` wrote. Raises `ValueError`, `TypeError` or `AttributeError` when it did not."""
    kind: Any = cls
    message: Message = _reviver(kind)(data)
    return message

"""Messages from JSON and from query strings: marshmallow schemas derived from the dataclasses."""

from __future__ import annotations

import dataclasses
import datetime
import enum
import keyword
import re
import types
import typing
import uuid
from collections.abc import Callable, Iterable
from functools import cache
from typing import Annotated, Any, Literal, TypeVar

from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields

from wire.absent import without_absent
from wire.codec import dump

__all__ = ["Instant", "check_declared", "check_query", "dump", "load", "load_query"]

Message = TypeVar("Message")

Load = Callable[[Any], Any]
ReadValues = Callable[[list[str]], Any]

INTEGER = re.compile(r"-?[0-9]{1,18}")
BOOLEANS = {"true": True, "false": False}
UNSTORABLE = re.compile("[\\x00\\ud800-\\udfff]")


class Instant(fields.AwareDateTime):
    """A moment in UTC, written `2026-11-22T09:30:00.123456Z`; an offset other than UTC is converted."""

    def __init__(self, **options: Any) -> None:
        super().__init__(format="iso", default_timezone=datetime.UTC, **options)

    def _serialize(self, value: datetime.datetime | None, *_: Any, **__: Any) -> str | None:
        if value is None:
            return None
        return value.astimezone(datetime.UTC).isoformat().replace("+00:00", "Z")

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> datetime.datetime:
        moment: datetime.datetime = super()._deserialize(value, *args, **kwargs)
        try:
            return moment.astimezone(datetime.UTC)
        except OverflowError:  # in UTC it is not between the years 1 and 9999
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE) from None


class Whole(fields.Integer):
    """An integer that is one: `"3"`, `3.0` and `true` are refused."""

    def _validated(self, value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.make_error("invalid")
        return value


class Text(fields.String):
    """A string without NUL characters or lone surrogates, which PostgreSQL and JSON cannot hold."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        text: str = super()._deserialize(value, *args, **kwargs)
        if UNSTORABLE.search(text):
            raise ValidationError("Must not hold NUL characters or lone surrogates.")
        return text


class Flag(fields.Boolean):
    """True or false, and nothing that merely looks like it."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


SCALARS: dict[Any, Callable[..., fields.Field[Any]]] = {
    str: Text,
    int: Whole,
    bool: Flag,
    uuid.UUID: fields.UUID,
    datetime.date: fields.Date,
    datetime.datetime: Instant,
}


def _is_optional(hint: Any) -> bool:
    return typing.get_origin(hint) in (typing.Union, types.UnionType) and type(None) in typing.get_args(hint)


def _field(hint: Any, options: dict[str, Any]) -> fields.Field[Any]:
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin is Annotated:
        validators = [extra for extra in args[1:] if callable(extra)]
        return _field(args[0], {**options, "validate": [*options.get("validate", ()), *validators]})
    if _is_optional(hint) and len(args) == 2:
        inner = next(arg for arg in args if arg is not type(None))
        return _field(inner, {**options, "allow_none": True})
    if origin is tuple and len(args) == 2 and args[1] is Ellipsis:
        return fields.List(_field(args[0], {}), **options)
    if origin is dict and args[0] is str:
        return fields.Dict(keys=fields.String(), **options)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return fields.Nested(_schema_class(hint), **options)
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return fields.Enum(hint, by_value=True, **options)
    try:
        return SCALARS[hint](**options)
    except (KeyError, TypeError):
        raise TypeError(f"{hint!r} has no wire form") from None


@cache
def _schema_class(cls: Any) -> type[Schema]:
    hints = typing.get_type_hints(cls, include_extras=True)
    declared: dict[str, Any] = {}
    for field in dataclasses.fields(cls):
        is_required = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        declared[field.name] = _field(without_absent(hints[field.name]), {"required": is_required})
    return type(f"{cls.__name__}Schema", (Schema,), declared)


@cache
def _schema(cls: Any, unknown: Literal["exclude", "raise"]) -> Schema:
    made: Schema = _schema_class(cls)(unknown=unknown)
    return made


def _builder(hint: Any) -> Load | None:
    """The function that converts marshmallow's plain data into our values; None where there is nothing to convert."""
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin is Annotated:
        return _builder(args[0])
    if _is_optional(hint):
        inner = _builder(next(arg for arg in args if arg is not type(None)))
        return None if inner is None else lambda value: None if value is None else inner(value)
    if origin is tuple:
        item = _builder(args[0])
        return tuple if item is None else lambda values: tuple(item(value) for value in values)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _build(hint)
    return None


@cache
def _build(cls: Any) -> Load:
    hints = typing.get_type_hints(cls, include_extras=True)
    builders = [(name, build) for name, hint in hints.items() if (build := _builder(without_absent(hint)))]

    def made(data: dict[str, Any]) -> Any:
        for name, inner in builders:
            if name in data:
                data[name] = inner(data[name])
        return cls(**data)

    return made


def check_declared(cls: type) -> None:
    """Raise `TypeError` now, at import, when a type has no wire form; later it would be a crash in production."""
    _schema(cls, EXCLUDE)


def load(cls: type[Message], data: Any, *, is_strict: bool = False) -> Message:
    """A message from JSON data.

    Unknown fields are ignored (contracts grow), or refused when `is_strict`. Raises marshmallow's
    `ValidationError` with the messages by field.
    """
    if not isinstance(data, dict):
        raise ValidationError({"_schema": ["Not an object."]})
    known: Any = cls
    loaded = _schema(known, RAISE if is_strict else EXCLUDE).load(data)
    message: Message = _build(known)(loaded)
    return message


def check_query(cls: type) -> None:
    """Raise `TypeError` at import when no query string can hold a field's type."""
    check_declared(cls)
    _query_readers(cls)


def load_query(cls: type[Message], parameters: Iterable[tuple[str, str]]) -> Message:
    """A message from the decoded (name, value) pairs of a query string.

    A list is a repeated parameter (`tag=a&tag=b`); of any other parameter that is repeated, the last value counts.
    Booleans are `true` and `false`; everything else is written as in JSON. A parameter named like a keyword of
    Python is the field with an underscore behind it (`from`, `from_`). Raises the `ValidationError` of `load`, by
    parameter; an unknown one is refused.
    """
    known: Any = cls
    values: dict[str, list[str]] = {}
    for name, value in parameters:
        values.setdefault(_field_name(name), []).append(value)
    readers = _query_readers(known)
    data = {name: readers.get(name, _last)(found) for name, found in values.items()}
    try:
        return load(cls, data, is_strict=True)
    except ValidationError as invalid:
        by_field = invalid.messages_dict
        raise ValidationError({_parameter_name(field): by_field[field] for field in by_field}) from None


@cache
def _query_readers(cls: Any) -> dict[str, ReadValues]:
    hints = typing.get_type_hints(cls, include_extras=True)
    return {name: _query_reader(without_absent(hint)) for name, hint in hints.items()}


def _query_reader(hint: Any) -> ReadValues:
    """The function that converts a parameter's values into what JSON would hold in their place."""
    hint = _bare(hint)
    if typing.get_origin(hint) is not tuple:
        read = _text_reader(hint)
        return lambda values: read(values[-1])
    read_item = _text_reader(_bare(typing.get_args(hint)[0]))
    return lambda values: [read_item(value) for value in values]


def _bare(hint: Any) -> Any:
    """The type without its limits, and without `None`, which a query string cannot say."""
    args = typing.get_args(hint)
    if typing.get_origin(hint) is Annotated:
        return _bare(args[0])
    if _is_optional(hint):
        return _bare(next(arg for arg in args if arg is not type(None)))
    return hint


def _text_reader(hint: Any) -> Load:
    """The function that reads one value; a text that is not of the type stays a text, which the schema refuses."""
    if hint is int:
        return lambda text: int(text) if INTEGER.fullmatch(text) else text
    if hint is bool:
        return lambda text: BOOLEANS.get(text, text)
    if hint in SCALARS or (isinstance(hint, type) and issubclass(hint, enum.Enum)):
        return str
    raise TypeError(f"{hint!r} has no form in a query string")


def _last(values: list[str]) -> str:
    return values[-1]


def _field_name(parameter: str) -> str:
    return f"{parameter}_" if keyword.iskeyword(parameter) else parameter


def _parameter_name(field: str) -> str:
    name = field.removesuffix("_")
    return name if keyword.iskeyword(name) else field

"""JSON Schema 2020-12 of a message, derived from its types."""

from __future__ import annotations

import dataclasses
import datetime
import enum
import inspect
import types
import typing
import uuid
from collections.abc import Mapping
from typing import Annotated, Any

from marshmallow import validate

from wire.absent import ABSENT, without_absent

SCALARS: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    uuid.UUID: {"type": "string", "format": "uuid"},
    datetime.date: {"type": "string", "format": "date"},
    datetime.datetime: {"type": "string", "format": "date-time"},
}


class Schemas:
    """Collects the schemas of messages that refer to each other, under `prefix`; `names` are those under which a
    message was published when it was called otherwise."""

    def __init__(
        self, prefix: str = "#/components/schemas/", *, names: Mapping[type, str] | None = None
    ) -> None:
        self.found: dict[str, dict[str, Any]] = {}
        self._prefix = prefix
        self._names = names or {}
        self._owners: dict[str, type] = {}

    def refer(self, cls: type) -> dict[str, Any]:
        """A reference to a message's schema, which is collected. Two messages must not share a name."""
        name = self._names.get(cls, cls.__name__)
        if self._owners.setdefault(name, cls) is not cls:
            raise TypeError(f"two messages are called {name}")
        if name not in self.found:
            self.found[name] = {}
            self.found[name] = self._object(cls)
        return {"$ref": self._prefix + name}

    def owner(self, name: str) -> type:
        """The message that a collected schema describes."""
        return self._owners[name]

    def _object(self, cls: type) -> dict[str, Any]:
        hints = typing.get_type_hints(cls, include_extras=True)
        properties, required = {}, []
        for field in dataclasses.fields(cls):
            properties[field.name] = self._value(without_absent(hints[field.name]))
            if field.default is not dataclasses.MISSING:
                default = field.default
                if default not in (None, (), ABSENT):
                    properties[field.name]["default"] = default
            elif field.default_factory is dataclasses.MISSING:
                required.append(field.name)
        found: dict[str, Any] = {"type": "object", "properties": properties}
        if required:
            found["required"] = required
        description = inspect.getdoc(cls) or ""
        if description and not description.startswith(f"{cls.__name__}("):
            found["description"] = description
        return found

    def _value(self, hint: Any) -> dict[str, Any]:
        origin, args = typing.get_origin(hint), typing.get_args(hint)
        if origin is Annotated:
            found = self._value(args[0])
            for extra in args[1:]:
                _narrow(found, extra)
            return found
        if origin in (typing.Union, types.UnionType):
            inner = self._value(next(arg for arg in args if arg is not type(None)))
            if "type" in inner:
                return {**inner, "type": [inner["type"], "null"]}
            return {"anyOf": [inner, {"type": "null"}]}
        if origin is tuple:
            return {"type": "array", "items": self._value(args[0])}
        if origin is dict:
            return {"type": "object", "additionalProperties": True}
        if dataclasses.is_dataclass(hint) and isinstance(hint, type):
            return dict(self.refer(hint))
        if isinstance(hint, type) and issubclass(hint, enum.Enum):
            return {"type": "string", "enum": [member.value for member in hint]}
        return dict(SCALARS[hint])


def _narrow(found: dict[str, Any], extra: Any) -> None:
    """Say in JSON Schema what a validator demands, as far as it can be said."""
    if isinstance(extra, validate.Length):
        words = ("minLength", "maxLength") if found.get("type") == "string" else ("minItems", "maxItems")
        _limits(found, extra.min, extra.max, words)
    elif isinstance(extra, validate.Range):
        _limits(found, extra.min, extra.max, ("minimum", "maximum"))
    elif isinstance(extra, validate.OneOf):
        found["enum"] = list(extra.choices)
    elif isinstance(extra, validate.Email):
        found["format"] = "email"
    elif isinstance(extra, validate.Regexp):
        found["pattern"] = str(extra.regex.pattern).replace(r"\A", "^").replace(r"\Z", "$")


def _limits(found: dict[str, Any], low: Any, high: Any, words: tuple[str, str]) -> None:
    if low is not None:
        found[words[0]] = low
    if high is not None:
        found[words[1]] = high

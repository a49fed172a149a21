"""Breaking changes between two versions of a contract.

What callers send is taken as before or more widely: no new required field, no narrower limit. What they are sent is
as before or narrower: no field less, no value that was impossible. Additions break nobody.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

LOWER = ("minLength", "minItems", "minimum")
UPPER = ("maxLength", "maxItems", "maximum")
EXACT = ("pattern", "additionalProperties")
INFINITY = float("inf")


class Direction(enum.Enum):
    """Whether a message goes to the service (a request) or comes from it (a reply, an event)."""

    TO_SERVICE = "to_service"
    FROM_SERVICE = "from_service"


def breaking_changes(before: Json, now: Json) -> list[str]:
    """The breaking changes from the former contract to the present one, a line each; none when it only adds."""
    return [f"{before['service']}.{line}" for line in _compare(_Pair(before, now))]


class _Pair:
    """Two contracts side by side."""

    def __init__(self, before: Json, now: Json) -> None:
        self.before, self.now = before, now
        self.seen: set[tuple[str, str, Direction]] = set()


def _compare(pair: _Pair) -> Iterator[str]:
    for name, old in pair.before["rpcs"].items():
        new = pair.now["rpcs"].get(name)
        if new is None:
            yield f"{name}: the RPC is gone"
            continue
        for code in sorted(set(old["refuses"]) - set(new["refuses"])):
            yield f"{name}: no longer refuses with {code}"
        if old["is_write"] and not new["is_write"]:
            yield f"{name}: no longer takes an idempotency key"
        yield from _values(pair, f"{name} request", old["request"], new["request"], Direction.TO_SERVICE)
        yield from _values(pair, f"{name} reply", old["reply"], new["reply"], Direction.FROM_SERVICE)
    for name, old in pair.before["events"].items():
        new = pair.now["events"].get(name)
        if new is None:
            yield f"{name}: the event is gone"
            continue
        if old["version"] != new["version"]:
            yield f"{name}: version {old['version']} became {new['version']}; a new meaning gets a new name"
        yield from _values(pair, f"{name}", old["payload"], new["payload"], Direction.FROM_SERVICE)


def _values(pair: _Pair, where: str, old: Json, new: Json, direction: Direction) -> Iterator[str]:
    (old, may_be_null), (new, may_now_be_null) = _nullable(old), _nullable(new)
    if direction is Direction.TO_SERVICE and may_be_null and not may_now_be_null:
        yield f"{where}: may no longer be null"
    if direction is Direction.FROM_SERVICE and may_now_be_null and not may_be_null:
        yield f"{where}: may now be null"
    if "$ref" in old and "$ref" in new:
        yield from _messages(pair, where, old["$ref"], new["$ref"], direction)
        return
    if _kind(old) != _kind(new):
        yield f"{where}: was {_kind(old)}, is {_kind(new)}"
        return
    if "items" in old:
        yield from _values(pair, f"{where}/*", old["items"], new["items"], direction)
    narrow, wide = (new, old) if direction is Direction.TO_SERVICE else (old, new)
    if words := _narrower(narrow, wide):
        change = "takes less" if direction is Direction.TO_SERVICE else "may be more"
        yield f"{where}: {change} than before ({', '.join(words)})"


def _messages(pair: _Pair, where: str, old_name: str, new_name: str, direction: Direction) -> Iterator[str]:
    if (old_name, new_name, direction) in pair.seen:
        return
    pair.seen.add((old_name, new_name, direction))
    old, new = _message(pair.before, old_name), _message(pair.now, new_name)
    required = set(new.get("required", ())) - set(old.get("required", ()))
    for name, schema in old["properties"].items():
        if name not in new["properties"]:
            yield f"{where}/{name}: the field is gone"
            continue
        yield from _values(pair, f"{where}/{name}", schema, new["properties"][name], direction)
    for name in sorted(required):
        if direction is Direction.TO_SERVICE:
            yield f"{where}/{name}: is required now"


def _message(document: Json, reference: str) -> Json:
    message: Json = document["messages"][reference.rpartition("/")[2]]
    return message


def _nullable(schema: Json) -> tuple[Json, bool]:
    """A schema without its null, and whether it had one."""
    if "anyOf" in schema:
        return schema["anyOf"][0], True
    kinds = schema.get("type")
    return ({**schema, "type": kinds[0]}, True) if isinstance(kinds, list) else (schema, False)


def _kind(schema: Json) -> str:
    """The type of a value with its format. An email address is a string with a limit, not a type of its own."""
    kind = "message" if "$ref" in schema else str(schema.get("type"))
    form = schema.get("format")
    return kind if form in (None, "email") else f"{kind} ({form})"


def _narrower(narrow: Json, wide: Json) -> list[str]:
    """The JSON Schema keywords by which the first accepts less than the second."""
    words = [word for word in LOWER if word in narrow and narrow[word] > wide.get(word, -INFINITY)]
    words += [word for word in UPPER if word in narrow and narrow[word] < wide.get(word, INFINITY)]
    words += [word for word in EXACT if word in narrow and narrow[word] != wide.get(word)]
    if "enum" in narrow and not set(wide.get("enum", ("anything",))) <= set(narrow["enum"]):
        words.append("enum")
    if narrow.get("format") == "email" and wide.get("format") is None:
        words.append("format")
    return [*words, *sorted(set(narrow.get("checks", ())) - set(wide.get("checks", ())))]

"""Field errors of the API from marshmallow's messages: pointer, code, detail."""

from __future__ import annotations

from typing import Any

from wire.contract import FieldError

STEP_LENGTH_MAX = 100


def field_errors(messages: Any, pointer: str = "") -> tuple[FieldError, ...]:
    """marshmallow's messages as a flat list of (pointer, code, detail)."""
    if isinstance(messages, dict):
        found: list[FieldError] = []
        for name, inner in messages.items():
            found.extend(field_errors(inner, pointer if name == "_schema" else f"{pointer}/{_step(name)}"))
        return tuple(found)
    return tuple(FieldError(pointer=pointer, code=_code(detail), detail=str(detail)) for detail in messages)


def _step(name: object) -> str:
    """A field's name as a step of a JSON Pointer (RFC 6901); it may be anything that somebody sent."""
    shown = str(name)[:STEP_LENGTH_MAX].encode("utf-8", "replace").decode()
    return shown.replace("~", "~0").replace("/", "~1")


def _code(detail: object) -> str:
    """The code for a message of marshmallow; the codes are those of Freshdesk's API."""
    text = str(detail)
    if text.startswith(("Missing data", "Field may not be null")):
        return "missing_field"
    if text.startswith("Unknown field"):
        return "invalid_field"
    if text.startswith(
        ("Not a valid string", "Not a valid integer", "Not a valid boolean", "Not an object", "Invalid input")
    ):
        return "datatype_mismatch"
    if text.startswith("Longer than"):
        return "too_long"
    if text.startswith(("Shorter than", "Must not be blank")):
        return "too_short"
    if text.startswith("Must not hold a link"):
        return "link_not_allowed"
    return "invalid_value"

"""Custom fields: what an account has defined, and the values of them that a contact can have."""

from __future__ import annotations

import datetime
import math
import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from contacts.custom_fields.models import ContactFieldRow
from wire.contacts.custom_fields import CustomFieldsInvalid, FieldKind
from wire.contract import FieldError, JsonValue

TEXT_LENGTH_MAX = 1000
# What JSON's readers keep exactly.
NUMBER_MAX = 2**53
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# PostgreSQL holds no NUL, and JSON no lone surrogate.
UNSTORABLE = re.compile("[\\x00\\ud800-\\udfff]")
STEP_LENGTH_MAX = 100


def defined(session: Session, account_id: uuid.UUID) -> list[ContactFieldRow]:
    """The account's fields, in the order in which they were made."""
    return list(
        session.scalars(
            select(ContactFieldRow)
            .where(ContactFieldRow.account_id == account_id)
            .order_by(ContactFieldRow.created_at, ContactFieldRow.id)
        )
    )


def merged(
    session: Session, account_id: uuid.UUID, present: Mapping[str, Any], named: Mapping[str, Any]
) -> dict[str, JsonValue]:
    """The values of a contact's fields after a change of those that are named; `null` takes one away. Raises
    `CustomFieldsInvalid`."""
    if not named:
        return dict(present)
    fields = {field.key: field for field in defined(session, account_id)}
    errors = [error for key, value in named.items() if (error := _error(fields.get(key), key, value))]
    if errors:
        raise CustomFieldsInvalid(errors=tuple(errors), known=[*fields])
    together = {**present, **named}
    return {key: value for key, value in together.items() if value is not None}


def _error(field: ContactFieldRow | None, key: str, value: Any) -> FieldError | None:
    """What is wrong with a value, if anything."""
    if field is None:
        return FieldError(pointer=_pointer(key), code="invalid_field")
    if value is None:
        return None
    code = CHECKS[FieldKind(field.kind)](value, field)
    if code is None:
        return None
    detail = f"Longer than maximum length {TEXT_LENGTH_MAX}." if code == "too_long" else ""
    return FieldError(pointer=_pointer(key), code=code, detail=detail)


def _pointer(key: str) -> str:
    """JSON Pointer (RFC 6901); the key may be anything that somebody sent."""
    shown = key[:STEP_LENGTH_MAX].encode("utf-8", "replace").decode()
    return "/custom_fields/" + shown.replace("~", "~0").replace("/", "~1")


def _text(value: Any, _: ContactFieldRow) -> str | None:
    if not isinstance(value, str):
        return "datatype_mismatch"
    if len(value) > TEXT_LENGTH_MAX:
        return "too_long"
    return "invalid_value" if UNSTORABLE.search(value) else None


def _number(value: Any, _: ContactFieldRow) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "datatype_mismatch"
    if isinstance(value, float) and not math.isfinite(value):
        return "invalid_value"
    return None if abs(value) <= NUMBER_MAX else "invalid_value"


def _date(value: Any, _: ContactFieldRow) -> str | None:
    if not isinstance(value, str):
        return "datatype_mismatch"
    try:
        datetime.date.fromisoformat(value)
    except ValueError:
        return "invalid_value"
    return None if DAY.fullmatch(value) else "invalid_value"


def _choice(value: Any, field: ContactFieldRow) -> str | None:
    if not isinstance(value, str):
        return "datatype_mismatch"
    return None if value in field.choices else "invalid_value"


def _checkbox(value: Any, _: ContactFieldRow) -> str | None:
    return None if isinstance(value, bool) else "datatype_mismatch"


CHECKS: dict[FieldKind, Callable[[Any, ContactFieldRow], str | None]] = {
    FieldKind.TEXT: _text,
    FieldKind.NUMBER: _number,
    FieldKind.DATE: _date,
    FieldKind.CHOICE: _choice,
    FieldKind.CHECKBOX: _checkbox,
}

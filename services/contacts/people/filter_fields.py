"""Fields that a filter may name: what their values are, and the condition that each comparison is to the database."""

from __future__ import annotations

import dataclasses
import datetime
import re
import uuid
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Numeric,
    Select,
    case,
    cast,
    collate,
    func,
    literal,
    select,
)

from contacts.people import addressbook, search, words
from contacts.people.filters import Operator
from contacts.people.models import ContactEmailRow, ContactRow
from identity import addresses
from wire.contacts.custom_fields import FieldKind
from wire.contacts.people import ActivationState, ContactState
from wire.identity import EmailInvalid
from wire.values import LOCALES

Row = type[ContactRow]
Condition = ColumnElement[bool]
Ids = Select[uuid.UUID]

NUMBER = re.compile(r"[+-]?\d{1,18}(?:\.\d{1,18})?", re.ASCII)
TRUTHS = {"true": "true", "false": "false"}
DAY = datetime.timedelta(days=1)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Field:
    """`read` makes a value of what was written or raises a ValueError; `expected` says what it takes. A field without
    `is_null` always has a value, one without `order` has no order. `source` are the ids of the contacts that an index
    finds by the value, for those that have one. `bare` is what may stand without quotes."""

    expected: str
    read: Callable[[str], Any]
    equal: Callable[[Row, Any], Condition]
    is_null: Callable[[Row], Condition] | None = None
    order: Callable[[Row, Operator, Any], Condition] | None = None
    source: Callable[[uuid.UUID, Any], Ids] | None = None
    may_be_bare: bool = False


def one_of(names: Iterable[str]) -> Callable[[str], str]:
    known = {name.lower(): name for name in names}

    def read(written: str) -> str:
        if written.strip().lower() not in known:
            raise ValueError
        return known[written.strip().lower()]

    return read


def text(written: str) -> str:
    if "\x00" in written:
        raise ValueError("no text to the database")
    written.encode()  # a lone surrogate is none either
    return words.key(written)


def email(written: str) -> str:
    try:
        return addresses.email_key(text(written))
    except EmailInvalid:
        raise ValueError from None


def telephone(written: str) -> str:
    if not words.digits(written):
        raise ValueError
    return words.digits(written)


def number(written: str) -> Decimal:
    if not NUMBER.fullmatch(written.strip()):
        raise ValueError
    return Decimal(written.strip())


def date(written: str) -> str:
    return datetime.date.fromisoformat(written.strip()).isoformat()


@dataclasses.dataclass(frozen=True, kw_only=True)
class Span:
    """A moment, or a whole day of UTC: what is equal to it lies within."""

    begin: datetime.datetime
    end: datetime.datetime


def moment(written: str) -> Span:
    """A time without an offset is one of UTC."""
    tidy = written.strip()
    try:
        day = datetime.datetime.combine(
            datetime.date.fromisoformat(tidy), datetime.time(), tzinfo=datetime.UTC
        )
    except ValueError:
        found = datetime.datetime.fromisoformat(tidy)
        zoned = found if found.tzinfo else found.replace(tzinfo=datetime.UTC)
        utc = zoned.astimezone(datetime.UTC)
        return Span(begin=utc, end=utc + datetime.timedelta(microseconds=1))
    return Span(begin=day, end=day + DAY)


def by_term(
    name: str, expected: str, read: Callable[[str], Any], is_null: Callable[[Row], Condition]
) -> Field:
    """A field whose whole values are among the contact's words."""
    return Field(
        expected=expected,
        read=read,
        equal=lambda row, value: search.has_term(row, words.term(name, value)),
        is_null=is_null,
        source=lambda account_id, value: search.contacts_with_term(account_id, words.term(name, value)),
    )


def _moments(column: str) -> Field:
    def order(row: Row, operator: Operator, span: Span) -> Condition:
        """A day is the moment at which it begins."""
        found: Condition = getattr(row, column)
        return found > span.begin if operator is Operator.ABOVE else found < span.begin

    def equal(row: Row, span: Span) -> Condition:
        found: Condition = (getattr(row, column) >= span.begin) & (getattr(row, column) < span.end)
        return found

    return Field(expected="'2026-01-31'", read=moment, equal=equal, order=order, may_be_bare=True)


def _has_address(row: Row, key: str) -> Condition:
    found = select(literal(1)).where(ContactEmailRow.contact_id == row.id, ContactEmailRow.email_key == key)
    return search.is_there(found)


def _with_address(account_id: uuid.UUID, key: str) -> Ids:
    return select(ContactEmailRow.contact_id).where(
        ContactEmailRow.account_id == account_id, ContactEmailRow.email_key == key
    )


def _with(column: str) -> Callable[[uuid.UUID, Any], Ids]:
    def source(account_id: uuid.UUID, value: Any) -> Ids:
        return select(ContactRow.id).where(
            ContactRow.account_id == account_id, getattr(ContactRow, column) == value
        )

    return source


def _named(account_id: uuid.UUID, name: str) -> Ids:
    return select(ContactRow.id).where(
        ContactRow.account_id == account_id,
        ContactRow.state.in_([state.value for state in ContactState]),
        ContactRow.name_key == name,
    )


def _is_activation(row: Row, state: str) -> Condition:
    """A verified contact is done, whatever has become of the mail (see `messages.progress`)."""
    if state == ActivationState.VERIFIED.value:
        return row.verified_at.is_not(None)
    return row.verified_at.is_(None) & (row.activation_state == state)


FIELDS: dict[str, Field] = {
    "state": Field(
        expected=", ".join(f"'{state}'" for state in ContactState),
        read=one_of(ContactState),
        equal=lambda row, state: row.state == state,
    ),
    "name": Field(
        expected="'text'",
        read=lambda written: text(written)[: addressbook.NAME_KEY_LENGTH],
        equal=lambda row, name: row.name_key == name,
        source=_named,
    ),
    "email": Field(
        expected="'ann@example.org'",
        read=email,
        equal=_has_address,
        is_null=lambda row: row.email.is_(None),
        source=_with_address,
    ),
    "phone": by_term("phone", "'+33123456789'", telephone, lambda row: row.phone.is_(None)),
    "mobile": by_term("mobile", "'+33123456789'", telephone, lambda row: row.mobile.is_(None)),
    "company_id": dataclasses.replace(
        by_term(
            "company_id",
            "'00000000-0000-0000-0000-000000000000'",
            lambda written: str(uuid.UUID(written.strip())),
            lambda row: func.cardinality(row.company_ids) == 0,
        ),
        may_be_bare=True,
    ),
    "tag": by_term("tag", "'text'", text, lambda row: func.cardinality(row.tags) == 0),
    "external_id": Field(
        expected="'text'",
        read=text,
        equal=lambda row, key: row.external_id_key == key,
        is_null=lambda row: row.external_id.is_(None),
        source=_with("external_id_key"),
    ),
    "language": Field(
        expected=", ".join(f"'{locale}'" for locale in LOCALES),
        read=one_of(LOCALES),
        equal=lambda row, language: row.language == language,
        is_null=lambda row: row.language.is_(None),
    ),
    "time_zone": Field(
        expected="'Europe/Paris'",
        read=text,
        equal=lambda row, name: func.lower(row.time_zone) == name,
        is_null=lambda row: row.time_zone.is_(None),
    ),
    "created_at": _moments("created_at"),
    "updated_at": _moments("updated_at"),
    "activation": Field(
        expected=", ".join(f"'{state}'" for state in ActivationState),
        read=one_of(ActivationState),
        equal=_is_activation,
    ),
}


def custom(key: str, kind: FieldKind) -> Field:
    """The field of a filter for one that the account has defined."""
    name = f"custom.{key}"

    def written(row: Row) -> ColumnElement[str]:
        found: ColumnElement[str] = row.custom_fields[key].astext
        return found

    def is_null(row: Row) -> Condition:
        return written(row).is_(None)

    if kind in (FieldKind.TEXT, FieldKind.CHOICE):
        return by_term(name, "'text'", text, is_null)
    if kind is FieldKind.DATE:
        return dataclasses.replace(
            by_term(name, "'2026-01-31'", date, is_null),
            order=lambda row, operator, value: _ordered(collate(written(row), "C"), operator, value),
            may_be_bare=True,
        )
    if kind is FieldKind.NUMBER:
        return Field(
            expected="12.5",
            read=number,
            equal=lambda row, value: _number(row, key) == value,
            is_null=is_null,
            order=lambda row, operator, value: _ordered(_number(row, key), operator, value),
            may_be_bare=True,
        )
    return Field(
        expected="true, false",
        read=one_of(TRUTHS),
        equal=lambda row, value: written(row) == value,
        is_null=is_null,
        may_be_bare=True,
    )


def _number(row: Row, key: str) -> ColumnElement[Any]:
    """A field that was once of another kind must not stop the list."""
    value = row.custom_fields[key]
    return case((func.jsonb_typeof(value) == "number", cast(value.astext, Numeric)))


def _ordered(column: ColumnElement[Any], operator: Operator, value: Any) -> Condition:
    found: Condition = column > value if operator is Operator.ABOVE else column < value
    return found

"""What a filter means to the database: its condition, the states it leaves, and the ids that an index finds."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from contacts.custom_fields.models import ContactFieldRow
from contacts.people import filter_fields, filters
from contacts.people.filter_fields import Condition, Field, Ids, Row
from contacts.people.filters import Node, Operator
from wire.contacts.custom_fields import FieldKind
from wire.contacts.people import ContactState

STATES = frozenset(state.value for state in ContactState)
CUSTOM = "custom."


@dataclasses.dataclass(frozen=True, kw_only=True)
class Test:
    """A comparison whose field is known and whose value has been read; None for `null`."""

    name: str
    field: Field
    operator: Operator
    value: Any


@dataclasses.dataclass(frozen=True, kw_only=True)
class Every:
    parts: tuple[Meaning, ...]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Some:
    parts: tuple[Meaning, ...]


Meaning = Test | Every | Some


def read(session: Session, account_id: uuid.UUID, written: str | None) -> Meaning | None:
    """The meaning of a filter, for this account's custom fields. Raises `FilterInvalid`."""
    node = filters.parse(written)
    if node is None:
        return None
    has_custom = any(test.field.startswith(CUSTOM) for test in _comparisons(node))
    known = known_fields(session, account_id) if has_custom else filter_fields.FIELDS
    return _meaning(node, known, session, account_id)


def known_fields(session: Session, account_id: uuid.UUID) -> Mapping[str, Field]:
    """Those that every contact has, and the account's own."""
    own = session.execute(
        select(ContactFieldRow.key, ContactFieldRow.kind).where(ContactFieldRow.account_id == account_id)
    )
    return filter_fields.FIELDS | {
        f"{CUSTOM}{key}": filter_fields.custom(key, FieldKind(kind)) for key, kind in own
    }


def _comparisons(node: Node) -> Iterator[filters.Comparison]:
    if isinstance(node, filters.Comparison):
        yield node
        return
    for part in node.parts:
        yield from _comparisons(part)


def _meaning(node: Node, known: Mapping[str, Field], session: Session, account_id: uuid.UUID) -> Meaning:
    if isinstance(node, filters.Comparison):
        if node.field not in known:
            names = sorted(known_fields(session, account_id))
            raise filters.refusal("filter_field_unknown", node.field_at, "field", known=names)
        return _test(node, known[node.field])
    parts = tuple(_meaning(part, known, session, account_id) for part in node.parts)
    return Every(parts=parts) if isinstance(node, filters.All) else Some(parts=parts)


def _test(node: filters.Comparison, field: Field) -> Test:
    if node.operator is not Operator.EQUAL and (field.order is None or node.value is None):
        raise filters.refusal("filter_operator_unknown", node.value_at - 1, ":")
    if node.value is None and field.is_null is None:
        raise filters.refusal("filter_value_invalid", node.value_at, field.expected)
    if node.value is not None and not node.is_quoted and not field.may_be_bare:
        raise filters.refusal("filter_value_invalid", node.value_at, "'value'")
    return Test(name=node.field, field=field, operator=node.operator, value=_value(node, field))


def _value(node: filters.Comparison, field: Field) -> Any:
    try:
        return None if node.value is None else field.read(node.value)
    except (ValueError, OverflowError):
        raise filters.refusal("filter_value_invalid", node.value_at, field.expected) from None


def condition(meaning: Meaning, row: Row) -> Condition:
    if isinstance(meaning, Test):
        return _of_test(meaning, row)
    parts = [condition(part, row) for part in meaning.parts]
    return and_(*parts) if isinstance(meaning, Every) else or_(*parts)


def _of_test(test: Test, row: Row) -> Condition:
    if test.value is None and test.field.is_null is not None:
        return test.field.is_null(row)
    if test.operator is not Operator.EQUAL and test.field.order is not None:
        return test.field.order(row, test.operator, test.value)
    return test.field.equal(row, test.value)


def names_state(meaning: Meaning) -> bool:
    if isinstance(meaning, Test):
        return meaning.name == "state"
    return any(names_state(part) for part in meaning.parts)


def states(meaning: Meaning) -> frozenset[str]:
    """The states that a contact can be in to which the filter applies."""
    if isinstance(meaning, Test):
        return frozenset([meaning.value]) if meaning.name == "state" else STATES
    found = [states(part) for part in meaning.parts]
    return STATES.intersection(*found) if isinstance(meaning, Every) else frozenset[str]().union(*found)


def sources(meaning: Meaning, account_id: uuid.UUID) -> list[tuple[Ids, ...]]:
    """What an index finds: a contact to which the filter applies is in one at least of each tuple."""
    if isinstance(meaning, Test):
        if meaning.value is None or meaning.operator is not Operator.EQUAL or meaning.field.source is None:
            return []
        return [(meaning.field.source(account_id, meaning.value),)]
    found = [sources(part, account_id) for part in meaning.parts]
    if isinstance(meaning, Every):
        return [source for part in found for source in part]
    if not all(found):
        return []
    return [tuple(ids for part in found for ids in part[0])]


def bounds(meaning: Meaning, column: str) -> list[Test]:
    """The comparisons with this column that hold for all that the filter lets through."""
    if isinstance(meaning, Test):
        return [meaning] if meaning.name == column else []
    return (
        [test for part in meaning.parts for test in bounds(part, column)]
        if isinstance(meaning, Every)
        else []
    )


def with_company(meaning: Meaning | None, company_id: uuid.UUID | None) -> Meaning | None:
    """The filter, and of one company."""
    if company_id is None:
        return meaning
    test = Test(
        name="company_id",
        field=filter_fields.FIELDS["company_id"],
        operator=Operator.EQUAL,
        value=str(company_id),
    )
    return test if meaning is None else Every(parts=(meaning, test))

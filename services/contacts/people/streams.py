"""Streams of contacts: parts of a list, each in the list's order and each read by an index, which merged make a page.

A stream looks at a bounded number of contacts for a page. Where that was not enough to fill it, its `horizon` says how
far it has come: the page ends there and the next one goes on.
"""

from __future__ import annotations

import dataclasses
import datetime
import uuid
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, literal, literal_column, select, true, tuple_, union_all
from sqlalchemy.orm import aliased

from contacts.people.filter_fields import Condition, Ids, Row
from contacts.people.models import ContactRow
from wire import cursors

# So many contacts are looked up one by one and sorted; of more, the list's order is walked until a page is full.
FEW = 5_000
# So many contacts a walk looks at for a page.
WINDOW = 25_000


@dataclasses.dataclass(frozen=True, kw_only=True)
class Order:
    """A column with the id as tie-break; `read` takes its value from a cursor."""

    column: str
    read: Callable[[Any], Any]
    is_descending: bool = False

    def reversed(self) -> Order:
        return dataclasses.replace(self, is_descending=not self.is_descending)

    def by(self, row: Row) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
        column, row_id = getattr(row, self.column), row.id
        return (column.desc(), row_id.desc()) if self.is_descending else (column.asc(), row_id.asc())

    def beyond(self, row: Row, place: Place | None) -> list[Condition]:
        """Where the rows are that come after this place."""
        if place is None:
            return []
        here, there = tuple_(getattr(row, self.column), row.id), tuple_(literal(place[0]), literal(place[1]))
        return [here < there if self.is_descending else here > there]

    def sorted(self, places: Iterable[Place]) -> list[Place]:
        return sorted(places, reverse=self.is_descending)

    def is_before(self, one: Place, other: Place) -> bool:
        return one > other if self.is_descending else one < other


# A contact's value of the order's column, and its id. Python orders both as PostgreSQL does.
Place = tuple[Any, uuid.UUID]
Places = Select[Any]


def moment(value: object) -> datetime.datetime:
    found = datetime.datetime.fromisoformat(cursors.text(value))
    if found.tzinfo is None:
        raise ValueError("no moment")
    return found


ORDERS = {
    "name": Order(column="name_key", read=cursors.text),
    "created_at": Order(column="created_at", read=moment),
    "updated_at": Order(column="updated_at", read=moment),
}


def order_of(sort: str) -> Order:
    order = ORDERS[sort.removeprefix("-")]
    return order.reversed() if sort.startswith("-") else order


@dataclasses.dataclass(frozen=True, kw_only=True)
class Stream:
    """`first(count)` selects the next places, `horizon` the last one that a walk looks at; None where all are."""

    first: Callable[[int], Select[Any]]
    horizon: Select[Any] | None = None


def number(value: int) -> ColumnElement[int]:
    """Written into the statement: PostgreSQL plans for this limit and no other."""
    return literal_column(str(int(value)))


def walk(
    account_id: uuid.UUID,
    state: str,
    order: Order,
    place: Place | None,
    *,
    window: int,
    within: Sequence[Condition] = (),
    tests: Callable[[Row], list[Condition]],
) -> Stream:
    """The contacts of a state in the order of its index, where the tests hold; `within` bounds the walk itself,
    `window` how many it looks at."""

    def along(selected: Select[Any]) -> Select[Any]:
        return selected.where(
            ContactRow.account_id == account_id,
            ContactRow.state == state,
            *within,
            *order.beyond(ContactRow, place),
        ).order_by(*order.by(ContactRow))

    def first(count: int) -> Select[Any]:
        if not tests(ContactRow):
            return places(along(select(*columns(ContactRow, order))).limit(number(count)))
        row = aliased(ContactRow, along(select(ContactRow)).limit(number(window)).subquery())
        found = select(*columns(row, order)).where(*tests(row)).order_by(*order.by(row))
        return places(found.limit(number(count)))

    last = along(select(*columns(ContactRow, order))).offset(number(window - 1)).limit(number(1))
    return Stream(first=first, horizon=places(last) if tests(ContactRow) else None)


def few(
    account_id: uuid.UUID,
    source: tuple[Ids, ...],
    states: Sequence[str],
    order: Order,
    place: Place | None,
    *,
    tests: Callable[[Row], list[Condition]],
) -> Stream:
    """The contacts that an index has found, which are few: each is looked up and tested, and they are sorted."""
    row = candidates(account_id, source, states)
    found = row.joined.where(*tests(row.row), *order.beyond(row.row, place)).order_by(*order.by(row.row))

    def first(count: int) -> Select[Any]:
        return places(found.with_only_columns(*columns(row.row, order)).limit(number(count)))

    return Stream(first=first)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Candidates:
    row: Row
    joined: Select[Any]


def candidates(account_id: uuid.UUID, source: tuple[Ids, ...], states: Sequence[str]) -> Candidates:
    """Contacts by the ids of a source, each looked up by its key: a join would be free to read the whole table."""
    ids = any_of(source)
    cte = select(ids.c.contact_id).distinct().cte().prefix_with("MATERIALIZED")
    one = (
        select(ContactRow)
        .where(
            ContactRow.account_id == account_id,
            ContactRow.id == cte.c.contact_id,
            ContactRow.state.in_(states),
        )
        .limit(number(1))
        .lateral()
    )
    row = aliased(ContactRow, one)
    return Candidates(row=row, joined=select(row.id).select_from(cte).join(one, true()))


def any_of(source: tuple[Ids, ...]) -> Any:
    """The ids of a source, under the name `contact_id`."""
    named = [ids.with_only_columns(ids.selected_columns[0].label("contact_id")) for ids in source]
    return (named[0] if len(named) == 1 else union_all(*named)).subquery()


def columns(row: Row, order: Order) -> list[Any]:
    return [getattr(row, order.column).label("key"), row.id.label("id")]


def places(found: Select[Any]) -> Select[Any]:
    inner = found.subquery()
    return select(inner.c.key, inner.c.id)


def together(found: Sequence[Select[Any]]) -> Any:
    """One statement of all of them; each row says which one it is of."""
    return union_all(
        *(one.add_columns(literal_column(str(place)).label("stream")) for place, one in enumerate(found))
    )

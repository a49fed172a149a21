"""How a list of contacts is read: by what an index finds, where that is few, else by walking its order.

A walk meets what is frequent soon. What is neither found by an index nor frequent ends a page early (see `streams`).
"""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Sequence
from functools import partial

from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session

from contacts.people import conditions, search, streams
from contacts.people.conditions import Meaning
from contacts.people.filter_fields import Condition, Ids, Row
from contacts.people.models import ContactRow
from contacts.people.search import Range
from contacts.people.streams import Order, Place, Stream


@dataclasses.dataclass(frozen=True, kw_only=True)
class Wanted:
    """A list as it was asked for: contacts in these states to which the filter applies and of which each range holds a
    word."""

    account_id: uuid.UUID
    states: tuple[str, ...]
    meaning: Meaning | None
    ranges: tuple[Range, ...]

    def filtered(self, row: Row) -> list[Condition]:
        return [] if self.meaning is None else [conditions.condition(self.meaning, row)]

    def tests(self, row: Row, *, beside: Range | None = None) -> list[Condition]:
        """What holds for a contact of the list, `beside` a range that is known to hold."""
        searched = [search.has_word(row, wanted) for wanted in self.ranges if wanted is not beside]
        return [*self.filtered(row), *searched]

    def within(self, order: Order) -> list[Condition]:
        """How the filter bounds the order itself."""
        if self.meaning is None:
            return []
        found = conditions.bounds(self.meaning, order.column)
        return [conditions.condition(test, ContactRow) for test in found]

    def sources(self) -> list[tuple[Ids, ...]]:
        """What an index finds: first by each range, then by the filter."""
        searched = [(search.contacts_with(self.account_id, wanted),) for wanted in self.ranges]
        if self.meaning is None:
            return [*searched]
        return [*searched, *conditions.sources(self.meaning, self.account_id)]


def of(
    session: Session, wanted: Wanted, order: Order, start: Place | None, *, window: int | None = None
) -> list[Stream]:
    """The streams that the list is made of, from a place on."""
    window = window or streams.WINDOW
    sources = wanted.sources()
    found = sizes(session, sources)
    if sources and min(found) <= streams.FEW:
        rarest = found.index(min(found))
        known = wanted.ranges[rarest] if rarest < len(wanted.ranges) else None
        tests = partial(wanted.tests, beside=known)
        return [streams.few(wanted.account_id, sources[rarest], wanted.states, order, start, tests=tests)]
    if wanted.ranges and order.column == "name_key":
        rarest_range = wanted.ranges[found.index(min(found[: len(wanted.ranges)]))]
        return _by_name(session, wanted, rarest_range, order, start, window)
    return [
        streams.walk(
            wanted.account_id,
            state,
            order,
            start,
            window=window,
            within=wanted.within(order),
            tests=wanted.tests,
        )
        for state in wanted.states
    ]


def _by_name(
    session: Session, wanted: Wanted, chosen: Range, order: Order, start: Place | None, window: int
) -> list[Stream]:
    """A frequent beginning in the order of names: the names that begin with it lie together, and the contacts that have
    it elsewhere lie among all others."""

    tests = partial(wanted.tests, beside=chosen)

    def elsewhere(row: Row) -> list[Condition]:
        return [*tests(row), search.has_word(row, chosen, is_leading=False)]

    names = chosen.holds(ContactRow.name_key)
    leading = [
        streams.walk(wanted.account_id, state, order, start, window=window, within=names, tests=tests)
        for state in wanted.states
    ]
    source = (search.contacts_with(wanted.account_id, chosen, is_leading=(False,)),)
    if sizes(session, [source])[0] <= streams.FEW:
        return [*leading, streams.few(wanted.account_id, source, wanted.states, order, start, tests=tests)]
    scattered = [
        streams.walk(wanted.account_id, state, order, start, window=window, tests=elsewhere)
        for state in wanted.states
    ]
    return [*leading, *scattered]


def sizes(session: Session, sources: Sequence[tuple[Ids, ...]]) -> list[int]:
    """How many each source finds, as far as `FEW` and one more."""
    if not sources:
        return []
    limit = streams.number(streams.FEW + 1)
    found = [
        select(literal(1)).select_from(streams.any_of(source)).limit(limit).subquery() for source in sources
    ]
    counts = [select(func.count()).select_from(one).scalar_subquery() for one in found]
    return list(session.execute(select(*counts)).one())


def read(
    session: Session, parts: Sequence[Stream], order: Order, count: int
) -> tuple[list[Place], Place | None]:
    """The first places of all streams, in order and each once; and, where walks have ended before they had found so
    many, the place up to which this is all."""
    rows = session.execute(streams.together([part.first(count) for part in parts])).all()
    found = [sum(row.stream == number for row in rows) for number in range(len(parts))]
    short = [part.horizon for part, met in zip(parts, found, strict=True) if met < count]
    horizon = _nearest(session, [last for last in short if last is not None], order)
    places = order.sorted({(row.key, row.id) for row in rows})
    if horizon is None:
        return places, None
    return [place for place in places if not order.is_before(horizon, place)], horizon


def count(session: Session, parts: Sequence[Stream], order: Order, limit: int) -> tuple[int, bool]:
    """How many contacts the streams have, as far as `limit`; and whether that is all."""
    found = streams.together([part.first(limit + 1) for part in parts]).subquery()
    by_stream = [
        func.count().filter(found.c.stream == number).label(f"of_{number}") for number in range(len(parts))
    ]
    total, *sizes = session.execute(select(func.count(found.c.id.distinct()), *by_stream)).one()
    short = [part.horizon for part, met in zip(parts, sizes, strict=True) if met <= limit]
    is_all = total <= limit and _nearest(session, [last for last in short if last is not None], order) is None
    return min(total, limit), is_all


def _nearest(session: Session, horizons: Sequence[streams.Places], order: Order) -> Place | None:
    if not horizons:
        return None
    rows = session.execute(streams.together(horizons)).all()
    places = order.sorted({(row.key, row.id) for row in rows})
    return places[0] if places else None

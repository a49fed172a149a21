"""Lists of contacts: filtered, searched, in an order, a page at a time; and how many a list has.

However many contacts an account has, a page costs about the same. Where almost none of very many contacts passes, and
no index says which, a page ends early: it then holds fewer than were asked for, or none, and `has_more`.
"""

from __future__ import annotations

import dataclasses
import datetime
import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from contacts.people import conditions, messages, plans, search, streams
from contacts.people.models import ContactRow
from contacts.people.plans import Wanted
from contacts.people.streams import Order, Place
from wire import cursors
from wire.contacts.people import ContactCount, ContactPage, ContactState, CountContacts, ListContacts
from wire.cursors import CursorInvalid

# What a list shows that does not ask for states.
LISTED = frozenset([ContactState.UNVERIFIED.value, ContactState.VERIFIED.value])
COUNT_MAX = 10_000


@dataclasses.dataclass(frozen=True, kw_only=True)
class Found:
    """The places of a page, and the cursors around it."""

    places: list[Place]
    states: tuple[str, ...]
    next: str | None
    previous: str | None


def page(session: Session, account_id: uuid.UUID, request: ListContacts) -> ContactPage:
    """A page. Raises `CursorInvalid` and `FilterInvalid`."""
    found = _found(session, account_id, request)
    if request.before is not None and not found.places and found.previous is None:
        return page(session, account_id, dataclasses.replace(request, before=None))
    return ContactPage(
        data=tuple(messages.as_contact(row) for row in _loaded(session, account_id, found)),
        has_more=found.next is not None,
        next_cursor=found.next,
        previous_cursor=found.previous,
    )


def ids(
    session: Session, account_id: uuid.UUID, request: ListContacts
) -> tuple[tuple[uuid.UUID, ...], str | None]:
    """The ids of a page alone, and the cursor of the following one: for work over a whole list. In the order of
    `created_at`, which never changes, it meets each contact once."""
    found = _found(session, account_id, request)
    return tuple(contact_id for _, contact_id in found.places), found.next


def count(session: Session, account_id: uuid.UUID, request: CountContacts) -> ContactCount:
    """How many a list has, as far as that can be told at little cost. Raises `FilterInvalid`."""
    wanted = asked_for(session, account_id, request)
    if wanted is None:
        return ContactCount(count=0, is_exact=True)
    order = streams.order_of("name")
    parts = plans.of(session, wanted, order, None, window=COUNT_MAX)
    found, is_exact = plans.count(session, parts, order, COUNT_MAX)
    return ContactCount(count=found, is_exact=is_exact)


def asked_for(
    session: Session, account_id: uuid.UUID, request: ListContacts | CountContacts
) -> Wanted | None:
    """What is asked for; None where nobody can be meant. Raises `FilterInvalid`."""
    written = conditions.read(session, account_id, request.filter)
    meaning = conditions.with_company(written, request.company_id)
    ranges = search.ranges(request.q or "")
    asked = _states(meaning, request.state)
    if not asked or ((request.q or "").strip() and not ranges):
        return None
    return Wanted(account_id=account_id, states=tuple(sorted(asked)), meaning=meaning, ranges=tuple(ranges))


def _states(meaning: conditions.Meaning | None, state: ContactState | None) -> frozenset[str]:
    possible = conditions.STATES if meaning is None else conditions.states(meaning)
    if state is not None:
        return possible & {state.value}
    names_state = meaning is not None and conditions.names_state(meaning)
    return possible if names_state else LISTED


def _found(session: Session, account_id: uuid.UUID, request: ListContacts) -> Found:
    if request.after is not None and request.before is not None:
        raise CursorInvalid
    order, which = streams.order_of(request.sort), _name(request)
    is_backwards = request.before is not None
    start = _place(request.before or request.after, which, order)
    wanted = asked_for(session, account_id, request)
    if wanted is None:
        return Found(places=[], states=(), next=None, previous=None)
    met, end = _next(session, wanted, order.reversed() if is_backwards else order, start, request.limit)
    if is_backwards:
        met.reverse()
        # The rows from which one leafs back are still there, unless they have all gone.
        return Found(
            places=met,
            states=wanted.states,
            next=_cursor(which, met[-1] if met else start),
            previous=_cursor(which, end),
        )
    begin = None if start is None else met[0] if met else start
    return Found(places=met, states=wanted.states, next=_cursor(which, end), previous=_cursor(which, begin))


def _next(
    session: Session, wanted: Wanted, order: Order, start: Place | None, limit: int
) -> tuple[list[Place], Place | None]:
    """The places that follow, and the one to go on after; None at the list's end."""
    parts = plans.of(session, wanted, order, start)
    met, horizon = plans.read(session, parts, order, limit + 1)
    if len(met) > limit:
        return met[:limit], met[limit - 1]
    return met, horizon


def _loaded(session: Session, account_id: uuid.UUID, found: Found) -> list[ContactRow]:
    """The rows, in their order. One that has left the list since it was found is left out."""
    if not found.places:
        return []
    rows = session.scalars(
        select(ContactRow)
        .where(
            ContactRow.account_id == account_id,
            ContactRow.id.in_([contact_id for _, contact_id in found.places]),
            ContactRow.state.in_(found.states),
        )
        .options(selectinload(ContactRow.emails))
    )
    by_id = {row.id: row for row in rows}
    return [by_id[contact_id] for _, contact_id in found.places if contact_id in by_id]


def _name(request: ListContacts) -> str:
    """The list that a cursor is of."""
    filters = (request.state, request.company_id, request.q, request.filter)
    return cursors.name_of(f"contacts:{request.sort}", *filters)


def _cursor(which: str, place: Place | None) -> str | None:
    if place is None:
        return None
    key = place[0].isoformat() if isinstance(place[0], datetime.datetime) else place[0]
    return cursors.write(which, key, place[1])


def _place(cursor: str | None, which: str, order: Order) -> Place | None:
    """Raises `CursorInvalid`."""
    if cursor is None:
        return None
    key, contact_id = cursors.read(cursor, which, order.read, uuid.UUID)
    return key, contact_id

"""Lists of contacts: in order, both ways, complete while they are written, and at a bounded cost."""

from __future__ import annotations

import datetime
import random
import threading
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from contacts.people import addressbook, listing, states, streams, words
from contacts.people.models import ContactRow
from tests.contacts.conftest import ACCOUNT, NOW
from tests.contacts.people.support import listed, names
from tests.support import crowds
from tests.support.sessions import committed
from tests.support.sizes import size
from tests.support.suite import Templates
from wire import schema
from wire.contacts.people import ContactCount, ContactPage, CountContacts, ListContacts
from wire.cursors import CursorInvalid

SORTS = ("name", "created_at", "updated_at")
CROWD = size(20_000, 100_000)


def page(session: Session, account_id: uuid.UUID = ACCOUNT, **asked: Any) -> ContactPage:
    return listing.page(session, account_id, schema.load(ListContacts, asked))


def pages(session: Session, **asked: Any) -> list[list[str]]:
    """The names on every page, from the first to the last."""
    found, after = [], None
    while True:
        one = page(session, **asked, after=after)
        found.append([contact.name for contact in one.data])
        assert one.has_more == (one.next_cursor is not None)
        if not one.has_more:
            return found
        after = one.next_cursor


def some(session: Session, count: int = 12) -> list[ContactRow]:
    """Names out of order of time, some of them alike."""
    return [
        listed(
            session,
            f"{'Ann' if number % 2 else 'Bob'} {'Anders' if number % 3 == 0 else 'Zorn'} {number * 7 % 20:02}",
            created_at=NOW + datetime.timedelta(hours=number // 2),
            updated_at=NOW - datetime.timedelta(hours=number // 3),
            tags=["even"] if number % 2 == 0 else [],
            state="verified" if number % 4 == 0 else "unverified",
        )
        for number in range(count)
    ]


@pytest.mark.parametrize("is_descending", [False, True])
@pytest.mark.parametrize("sort", SORTS)
def test_a_list_is_in_the_order_that_is_asked_for_and_reads_both_ways(
    session: Session, sort: str, is_descending: bool
) -> None:
    rows = some(session)
    column = "name_key" if sort == "name" else sort
    rows.sort(key=lambda row: (getattr(row, column), row.id), reverse=is_descending)
    asked = {"sort": f"-{sort}" if is_descending else sort, "limit": 5}
    found = pages(session, **asked)
    assert [name for one in found for name in one] == [row.name for row in rows]
    assert [len(one) for one in found] == [5, 5, 2]
    last = page(
        session, **asked, after=page(session, **asked, after=page(session, **asked).next_cursor).next_cursor
    )
    middle = page(session, **asked, before=last.previous_cursor)
    first = page(session, **asked, before=middle.previous_cursor)
    assert [[contact.name for contact in one.data] for one in (first, middle, last)] == found
    assert first.previous_cursor is None
    assert page(session, **asked, after=first.next_cursor).data == middle.data
    assert page(session, **asked).previous_cursor is None


def test_who_leafs_back_beyond_the_beginning_sees_the_first_page(session: Session) -> None:
    rows = some(session, 4)
    second = page(session, limit=2, after=page(session, limit=2).next_cursor)
    session.execute(sa.delete(ContactRow).where(ContactRow.name.in_(sorted(row.name for row in rows)[:2])))
    back = page(session, limit=2, before=second.previous_cursor)
    assert back.data == second.data
    assert back.previous_cursor is None


def test_a_cursor_is_of_its_list_alone(session: Session) -> None:
    some(session)
    cursor = page(session, limit=2, filter="tag:'even'").next_cursor
    assert page(session, limit=3, filter="tag:'even'", after=cursor).data
    others: list[dict[str, Any]] = [
        {},
        {"filter": "tag:'odd'"},
        {"filter": "tag:'even'", "q": "bob"},
        {"filter": "tag:'even'", "state": "verified"},
        {"filter": "tag:'even'", "sort": "-name"},
        {"filter": "tag:'even'", "company_id": str(uuid.uuid4())},
        {"filter": "tag:'even'", "before": cursor},
    ]
    for asked in others:
        with pytest.raises(CursorInvalid):
            page(session, **asked, after=cursor)


def test_blocked_and_deleted_contacts_are_shown_only_to_who_asks_for_states(session: Session) -> None:
    for state in ("unverified", "verified", "blocked", "deleted"):
        listed(session, state, state=state, tags=["x"])
    assert names(session) == ["unverified", "verified"]
    assert names(session, filter="tag:'x'") == ["unverified", "verified"]
    assert names(session, state="deleted") == ["deleted"]
    assert names(session, filter="state:'blocked' OR tag:'x'") == [
        "blocked",
        "deleted",
        "unverified",
        "verified",
    ]
    assert names(session, filter="state:'blocked'", state="deleted") == []


def test_the_company_joins_the_other_conditions(session: Session) -> None:
    company = uuid.uuid4()
    listed(session, "In", company_ids=[company], tags=["x"])
    listed(session, "Also in", company_ids=[company])
    listed(session, "Out", tags=["x"])
    assert names(session, company_id=str(company)) == ["Also in", "In"]
    assert names(session, company_id=str(company), filter="tag:'x'") == ["In"]


@pytest.mark.parametrize("few", [0, 3, 5_000])
@pytest.mark.parametrize("window", [1, 2, 7, 25_000])
@pytest.mark.parametrize("sort", ["name", "-name", "-created_at"])
def test_a_walk_is_complete_however_the_list_is_read(
    session: Session, monkeypatch: pytest.MonkeyPatch, few: int, window: int, sort: str
) -> None:
    """Also where each page ends early: then it holds fewer contacts, and says that there are more."""
    some(session, 20)
    everybody = [name for one in pages(session, sort=sort) for name in one]
    monkeypatch.setattr(streams, "FEW", few)
    monkeypatch.setattr(streams, "WINDOW", window)
    lists: dict[str, dict[str, Any]] = {
        "an": {"q": "an"},
        "zorn ann": {"q": "zorn ann"},
        "even": {"filter": "tag:'even'"},
        "time": {"filter": "created_at:>'2026-03-01T12:00:00Z' AND (tag:'even' OR state:'unverified')"},
    }
    wanted = {
        "an": lambda row: "An" in row.name,
        "zorn ann": lambda row: row.name.startswith("Ann") and "Zorn" in row.name,
        "even": lambda row: bool(row.tags),
        "time": lambda row: (
            row.created_at > NOW + datetime.timedelta(hours=2.5) and (row.tags or row.state == "unverified")
        ),
    }
    rows = {row.name: row for row in session.scalars(sa.select(ContactRow))}
    for name, asked in lists.items():
        found = [one for names in pages(session, **asked, sort=sort, limit=3) for one in names]
        assert found == [one for one in everybody if wanted[name](rows[one])], name


def test_a_list_is_counted_as_far_as_that_is_cheap(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    some(session)
    assert listing.count(session, ACCOUNT, CountContacts()) == ContactCount(count=12, is_exact=True)
    assert listing.count(session, ACCOUNT, CountContacts(q="bob")) == ContactCount(count=6, is_exact=True)
    assert listing.count(session, ACCOUNT, CountContacts(q="!")) == ContactCount(count=0, is_exact=True)
    monkeypatch.setattr(listing, "COUNT_MAX", 4)
    assert listing.count(session, ACCOUNT, CountContacts()) == ContactCount(count=4, is_exact=False)


@pytest.fixture(scope="module")
def crowd(templates: Templates) -> str:
    """Many contacts in one account, and some in another."""
    url = templates.new("contacts")
    crowds.fill(url, {ACCOUNT: CROWD, uuid.UUID(int=2): 1_000})
    return url


@pytest.mark.parametrize("sort", ["created_at", "name"])
def test_a_walk_meets_each_contact_once_while_others_write(crowd: str, sort: str) -> None:
    """By time of creation each contact that was there throughout, by name each that was not renamed."""
    over = threading.Event()
    touched: set[uuid.UUID] = set()
    renamed: set[uuid.UUID] = set()
    failures: list[Exception] = []

    def write(seed: int) -> None:
        chance = random.Random(seed)
        try:
            while not over.is_set():
                _write_some(crowd, chance, touched, renamed)
        except Exception as error:  # noqa: BLE001  # shown at the end
            failures.append(error)

    with committed(crowd, account_id=ACCOUNT) as session:
        shown = sa.select(ContactRow.id).where(
            ContactRow.account_id == ACCOUNT, ContactRow.state.in_(listing.LISTED)
        )
        before = set(session.scalars(shown))
    writers = [threading.Thread(target=write, args=(seed,)) for seed in range(2)]
    for writer in writers:
        writer.start()
    try:
        met = _walk(crowd, sort)
    finally:
        over.set()
        for writer in writers:
            writer.join()
    assert failures == []
    assert len(touched) > 20
    throughout = before - touched - (renamed if sort == "name" else set())
    counts = {one: met.count(one) for one in (touched | renamed)}
    assert throughout <= set(met)
    assert len(set(met) & throughout) == sum(1 for one in met if one in throughout)
    if sort == "created_at":
        assert all(count <= 1 for count in counts.values())


def _walk(url: str, sort: str) -> list[uuid.UUID]:
    """Each page in a transaction of its own, as over HTTP."""
    met: list[uuid.UUID] = []
    after = None
    engine = sa.create_engine(url)
    try:
        while True:
            with Session(engine) as session, session.begin():
                session.execute(
                    sa.text("SELECT set_config('frontdesk.scope', :id, true)"), {"id": str(ACCOUNT)}
                )
                one = page(session, sort=sort, limit=100, after=after)
            met += [contact.id for contact in one.data]
            if not one.has_more:
                return met
            after = one.next_cursor
    finally:
        engine.dispose()


def _write_some(url: str, chance: random.Random, touched: set[uuid.UUID], renamed: set[uuid.UUID]) -> None:
    """One is created, one renamed, one blocked, one deleted."""
    with committed(url, account_id=ACCOUNT) as session:
        listed(session, f"New {chance.random()}")
        some = sa.select(ContactRow.id).where(
            ContactRow.account_id == ACCOUNT,
            ContactRow.state == "unverified",
            ContactRow.created_at < sa.func.now() - datetime.timedelta(seconds=chance.randrange(CROWD)),
        )
        ids = session.scalars(some.order_by(ContactRow.created_at.desc()).limit(3)).all()
        for contact_id, change in zip(ids, ("rename", "block", "delete"), strict=False):
            row = addressbook.lock(session, ACCOUNT, contact_id)
            # Told before it is done: what is only about to go may be met or not.
            (renamed if change == "rename" else touched).add(contact_id)
            if change == "rename":
                row.name = f"Renamed {chance.random()}"
                row.name_key = addressbook.name_key(row.name)
            elif change == "block":
                row.blocked_at = NOW
            else:
                row.deleted_at = NOW
            states.settle(row)
            words.rewrite(session, row)


@pytest.fixture(scope="module")
def large(templates: Templates) -> Iterator[Session]:
    """A hundred thousand contacts of which one account has nine tenths."""
    url = templates.new("contacts")
    crowds.fill(url, {ACCOUNT: 90_000, uuid.UUID(int=2): 10_000})
    with committed(url, account_id=ACCOUNT) as session:
        yield session


LISTS: dict[str, dict[str, Any]] = {
    "page": {},
    "newest": {"sort": "-created_at"},
    "changed": {"sort": "-updated_at"},
    "unverified": {"state": "unverified"},
    "deleted": {"state": "deleted"},
    "one word": {"q": "smithx77"},
    "surname": {"q": "김"},
    "surname by time": {"q": "김", "sort": "-created_at"},
    "domain": {"q": "example"},
    "two words": {"q": "al smi"},
    "number": {"q": "+33600000123"},
    "nobody": {"q": "zzz"},
    "tag": {"filter": "tag:'vip'"},
    "rare tag": {"filter": "tag:'rare'"},
    "address": {"filter": "email:'ala1@d1.example.org'"},
    "external id": {"filter": "external_id:'x'"},
    "times": {"filter": "created_at:>'2020-01-01'"},
    "without index": {"filter": "language:'fr'"},
    "mixed": {"filter": "state:'unverified' AND (tag:'rare' OR tag:'vip') AND created_at:>'2020-01-01'"},
    "mixed search": {"filter": "tag:'vip' AND phone:null", "q": "김"},
}
# A window of each state and stream, each row with one look at its words, and what is counted before.
ROWS_MAX = 4 * 2 * streams.WINDOW + 8 * streams.FEW


@pytest.mark.parametrize("asked", LISTS.values(), ids=LISTS)
def test_no_list_reads_a_table_from_end_to_end(large: Session, asked: dict[str, Any]) -> None:
    for plan in plans(large, asked):
        for node in nodes(plan):
            assert node["Node Type"] != "Seq Scan", node
        assert rows_read(plan) < ROWS_MAX


@pytest.mark.parametrize(
    "name", ["page", "newest", "changed", "unverified", "surname", "surname by time", "domain", "tag"]
)
def test_what_is_frequent_is_read_about_as_far_as_it_is_shown(large: Session, name: str) -> None:
    """No more than is counted before, and a few hundred rows for thirty that are shown."""
    assert sum(rows_read(plan) for plan in plans(large, LISTS[name])) < 3 * streams.FEW + 3_000


def plans(session: Session, asked: dict[str, Any]) -> list[dict[str, Any]]:
    """The plans of all statements of a page, as they were carried out."""
    statements: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        statements.append((statement, parameters))

    engine = session.get_bind()
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        page(session, **asked)
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
    connection = session.connection()
    return [
        connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters).scalar_one()[0][
            "Plan"
        ]
        for statement, parameters in statements
    ]


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", ()):
        yield from nodes(inner)


def rows_read(plan: dict[str, Any]) -> float:
    """What the scans of a plan have looked at, also what they then left out."""
    return sum(
        node["Actual Loops"] * (node["Actual Rows"] + node.get("Rows Removed by Filter", 0))
        for node in nodes(plan)
        if "Index" in node["Node Type"] or "Seq" in node["Node Type"]
    )

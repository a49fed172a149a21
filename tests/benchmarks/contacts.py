"""The benchmark of lists of contacts: an account with a million of them against one with ten thousand, in one database.

What is measured is the rule that answers a list, on one connection and under row level security, with all its
statements: what the gateway and the bus add is the same for both.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from contacts.people import listing
from tests.benchmarks.rounds import Plan
from tests.benchmarks.stage import Stage
from tests.support import crowds
from tests.support.suite import Templates
from wire import schema
from wire.contacts.people import ListContacts

LARGE, SMALL = uuid.UUID(int=1), uuid.UUID(int=2)
SIZES = {LARGE: 1_000_000, SMALL: 10_000}
QUICK_SIZES = {LARGE: 100_000, SMALL: 10_000}
CALLS, QUICK_CALLS = 300, 50
WARM_UP = 10
RATIO_LIMIT = 2.0

LISTS: dict[str, dict[str, Any]] = {
    "the list": {},
    "the newest first": {"sort": "-created_at"},
    "*Unverified contacts*": {"state": "unverified"},
    "search, rare: `smithx77`": {"q": "smithx77"},
    "search, frequent: `smith`": {"q": "smith"},
    "search, a surname of one in eight: `김`": {"q": "김"},
    "filter": {"filter": "state:'unverified' AND (tag:'rare' OR tag:'vip') AND created_at:>'2020-01-01'"},
}


@dataclass(kw_only=True)
class Pages:
    """How long pages of one list took in both accounts, in milliseconds; and how the large one's were read."""

    name: str
    small: list[float] = field(default_factory=list)
    large: list[float] = field(default_factory=list)
    plan: list[str] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        return percentile(self.large, 0.99) / percentile(self.small, 0.99)


def percentile(found: list[float], share: float) -> float:
    return sorted(found)[min(len(found) - 1, int(len(found) * share))]


def measure(stage: Stage, plan: Plan, tell: Callable[[str], None]) -> list[Pages]:
    """Both accounts by turns, so that a slow minute of the machine hits both."""
    sizes = QUICK_SIZES if plan.is_quick else SIZES
    url = Templates(stage.databases).new("contacts")
    begun = time.monotonic()
    crowds.fill(url, sizes)
    tell(f"contacts: {sizes[LARGE]:,} in {time.monotonic() - begun:.0f} s")
    found = []
    with opened(url) as session:
        for name, asked in LISTS.items():
            pages = _measured(session, name, asked, QUICK_CALLS if plan.is_quick else CALLS)
            tell(f"contacts: {name}: p99 {percentile(pages.large, 0.99):.1f} ms, {pages.ratio:.2f} ×")
            found.append(pages)
    return found


def _measured(session: Session, name: str, asked: dict[str, Any], calls: int) -> Pages:
    pages = Pages(name=name)
    for number in range(WARM_UP + calls):
        for account_id, times in ((SMALL, pages.small), (LARGE, pages.large)):
            took = _seconds(session, account_id, asked)
            if number >= WARM_UP:
                times.append(took * 1000)
    pages.plan = shown(session, LARGE, asked)
    return pages


def _seconds(session: Session, account_id: uuid.UUID, asked: dict[str, Any]) -> float:
    """One page, from the request to its messages."""
    with session.begin():
        enter(session, account_id)
        begun = time.perf_counter()
        listing.page(session, account_id, schema.load(ListContacts, asked))
        took = time.perf_counter() - begun
    session.expunge_all()
    return took


def shown(session: Session, account_id: uuid.UUID, asked: dict[str, Any]) -> list[str]:
    """The scans of the statements of a page, as PostgreSQL carries them out."""
    statements: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        statements.append((statement, parameters))

    with session.begin():
        enter(session, account_id)
        sa.event.listen(session.get_bind(), "before_cursor_execute", note)
        listing.page(session, account_id, schema.load(ListContacts, asked))
        sa.event.remove(session.get_bind(), "before_cursor_execute", note)
        explained = [_explained(session, *one) for one in statements]
    session.expunge_all()
    return list(dict.fromkeys(line for plan in explained for line in scans(plan)))


def _explained(session: Session, statement: str, parameters: Any) -> dict[str, Any]:
    explained = session.connection().exec_driver_sql(
        f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {statement}", parameters
    )
    plan: dict[str, Any] = explained.scalar_one()[0]["Plan"]
    return plan


def scans(plan: dict[str, Any]) -> Iterator[str]:
    if "Scan" in plan["Node Type"] and "Relation Name" in plan and plan["Actual Loops"]:
        by = f" by `{plan['Index Name']}`" if "Index Name" in plan else ""
        rows = plan["Actual Rows"] * plan["Actual Loops"]
        yield f"{plan['Node Type']} of `{plan['Relation Name']}`{by}: {rows:,.0f} rows"
    for inner in plan.get("Plans", ()):
        yield from scans(inner)


def enter(session: Session, account_id: uuid.UUID) -> None:
    session.execute(sa.text("SELECT set_config('frontdesk.scope', :scope, true)"), {"scope": str(account_id)})


@contextmanager
def opened(url: str) -> Iterator[Session]:
    engine = sa.create_engine(url)
    with Session(engine, expire_on_commit=False) as session:
        yield session
    engine.dispose()

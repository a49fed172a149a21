"""Retention: what nobody can use any more is deleted, a batch now and then.

Throttles go when their time is over. Sessions and email tokens stay a while longer: a token that is over says so to
whoever opens it, and who asks what became of a session finds it.
"""

from __future__ import annotations

import datetime

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

AT_ONCE = 5000
KEPT_BEYOND = {
    "throttles": datetime.timedelta(0),
    "sessions": datetime.timedelta(days=90),
    "links": datetime.timedelta(days=90),
}


def clean(session: Session, *, now: datetime.datetime) -> dict[str, int]:
    """Delete what has expired for longer than it is kept; how many rows of each table."""
    return {
        table: session.execute(_deletion(table), {"before": now - beyond, "at_once": AT_ONCE}).rowcount  # type: ignore[attr-defined]  # a DELETE has one
        for table, beyond in KEPT_BEYOND.items()
    }


def _deletion(table: str) -> TextClause:
    return text(
        f"DELETE FROM {table} WHERE ctid IN"  # noqa: S608  # our own words
        f" (SELECT ctid FROM {table} WHERE expires_at <= :before ORDER BY expires_at LIMIT :at_once)"
    )

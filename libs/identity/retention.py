"""Retention: rows that nobody can use any more are deleted, a batch now and then.

Throttles go when their time is over. Sessions and email tokens stay a while longer: a token that is over says so to
whoever opens it, and who asks what became of a session finds it.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

AT_ONCE = 5000


def clean(
    session: Session,
    kept_beyond: Mapping[str, datetime.timedelta],
    *,
    now: datetime.datetime,
    column: str = "expires_at",
) -> dict[str, int]:
    """Delete what has been over, as `column` says it, for longer than it is kept; how many rows of each table."""
    return {
        table: session.execute(
            _deletion(table, column), {"before": now - beyond, "at_once": AT_ONCE}
        ).rowcount  # type: ignore[attr-defined]  # a DELETE has one
        for table, beyond in kept_beyond.items()
    }


def _deletion(table: str, column: str) -> TextClause:
    return text(
        f"DELETE FROM {table} WHERE ctid IN"  # noqa: S608  # our own words
        f" (SELECT ctid FROM {table} WHERE {column} <= :before ORDER BY {column} LIMIT :at_once)"
    )

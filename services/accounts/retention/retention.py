"""Retention: how long what nobody can use any more is kept."""

from __future__ import annotations

import datetime

from sqlalchemy.orm import Session

from identity import retention

KEPT_BEYOND = {
    "throttles": datetime.timedelta(0),
    "sessions": datetime.timedelta(days=90),
    "links": datetime.timedelta(days=90),
}


def clean(session: Session, *, now: datetime.datetime) -> dict[str, int]:
    """Delete what has expired for longer than it is kept; how many rows of each table."""
    return retention.clean(session, KEPT_BEYOND, now=now)

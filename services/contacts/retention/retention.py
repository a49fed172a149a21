"""Retention: how long what nobody can use any more is kept."""

from __future__ import annotations

import datetime

from sqlalchemy.orm import Session

from identity import retention

KEPT_BEYOND = {
    "throttles": datetime.timedelta(0),
    "portal_sessions": datetime.timedelta(days=90),
    "email_tokens": datetime.timedelta(days=90),
}
JOBS_KEPT = {"jobs": datetime.timedelta(days=90)}


def clean(session: Session, *, now: datetime.datetime) -> dict[str, int]:
    """Delete what has been over for longer than it is kept; how many rows of each table."""
    expired = retention.clean(session, KEPT_BEYOND, now=now)
    return expired | retention.clean(session, JOBS_KEPT, now=now, column="ended_at")

"""Retention: what is deleted, and what stays."""

from __future__ import annotations

import datetime

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from accounts.email_tokens.models import EmailTokenRow
from accounts.email_tokens.user_tokens import Purpose
from accounts.retention import retention
from accounts.sessions.models import SessionRow
from tests.accounts.conftest import ISSUER, NOW, store
from tests.accounts.sessions.test_sessions import LIFE, open_session

DAY = datetime.timedelta(days=1)


def left(session: Session, row: type[EmailTokenRow | SessionRow]) -> int:
    return session.scalar(select(func.count()).select_from(row)) or 0


def test_a_session_is_forgotten_ninety_days_after_its_end(session: Session) -> None:
    _, user = store(session)
    open_session(session, user)
    open_session(session, user, now=NOW + 2 * DAY)
    assert retention.clean(session, now=NOW + LIFE + 89 * DAY)["sessions"] == 0
    assert retention.clean(session, now=NOW + LIFE + 90 * DAY)["sessions"] == 1
    assert left(session, SessionRow) == 1


def test_a_link_is_forgotten_ninety_days_after_it_ran_out(session: Session) -> None:
    _, user = store(session)
    ISSUER.issue(session, user, Purpose.PASSWORD_RESET, now=NOW, life=DAY, subject_id=user.id)
    before = left(session, EmailTokenRow)
    assert retention.clean(session, now=NOW + 90 * DAY)["links"] == 0
    assert retention.clean(session, now=NOW + 91 * DAY)["links"] == 1
    assert left(session, EmailTokenRow) == before - 1


@pytest.mark.parametrize("table", ["links", "sessions", "throttles"])
def test_what_is_over_is_found_by_its_index(session: Session, table: str) -> None:
    """As in a table of which most rows stay: a small one is read whole."""
    for other in ("seqscan", "bitmapscan"):
        session.execute(text(f"SET LOCAL enable_{other} = off"))
    asked = f"SELECT ctid FROM {table} WHERE expires_at <= now() ORDER BY expires_at LIMIT 5000"
    plan = "\n".join(session.scalars(text(f"EXPLAIN {asked}")))
    assert f"ix_{table}_expires" in plan
    assert "Sort" not in plan

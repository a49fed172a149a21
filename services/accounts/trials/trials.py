"""Whose trial is nearly over, and whose is? Each is told once, by whichever replica comes first."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from accounts.models import AccountRow
from wire.values import AccountStatus

NOTICE = datetime.timedelta(days=3)
AT_ONCE = 50

Told = InstrumentedAttribute[datetime.datetime | None]


def ending(session: Session, *, now: datetime.datetime) -> Sequence[AccountRow]:
    """Accounts whose trial ends within three days and who have not been told of this end; told they are now."""
    soon = and_(AccountRow.trial_ends_at > now, AccountRow.trial_ends_at <= now + NOTICE)
    return _claimed(session, soon, AccountRow.trial_ending_told)


def ended(session: Session, *, now: datetime.datetime) -> Sequence[AccountRow]:
    """Accounts whose trial is over, and of whom that has not been told."""
    return _claimed(session, AccountRow.trial_ends_at <= now, AccountRow.trial_ended_told)


def _claimed(session: Session, when: ColumnElement[bool], told: Told) -> Sequence[AccountRow]:
    """A trial that was cancelled and resumed has another end, of which is told again."""
    rows = session.scalars(
        select(AccountRow)
        .where(
            AccountRow.status == AccountStatus.TRIAL.value,
            when,
            told.is_distinct_from(AccountRow.trial_ends_at),
        )
        .order_by(AccountRow.trial_ends_at)
        .limit(AT_ONCE)
        .with_for_update(key_share=True, skip_locked=True)
    ).all()
    for row in rows:
        setattr(row, told.key, row.trial_ends_at)
    return rows

"""Trials that end soon or have ended: each is announced once, by whichever replica comes first."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from accounts.models import AccountRow
from wire.values import AccountStatus

NOTICE = datetime.timedelta(days=3)
AT_ONCE = 50

Announced = InstrumentedAttribute[datetime.datetime | None]


def ending(session: Session, *, now: datetime.datetime) -> Sequence[AccountRow]:
    """Accounts whose trial ends within three days and of which this end has not been announced; it is now."""
    soon = and_(AccountRow.trial_ends_at > now, AccountRow.trial_ends_at <= now + NOTICE)
    return _claimed(session, soon, AccountRow.trial_ending_told)


def ended(session: Session, *, now: datetime.datetime) -> Sequence[AccountRow]:
    """Accounts whose trial is over, which has not been announced."""
    return _claimed(session, AccountRow.trial_ends_at <= now, AccountRow.trial_ended_told)


def _claimed(session: Session, when: ColumnElement[bool], announced: Announced) -> Sequence[AccountRow]:
    """A trial that was cancelled and resumed has another end, which is announced again."""
    rows = session.scalars(
        select(AccountRow)
        .where(
            AccountRow.status == AccountStatus.TRIAL.value,
            when,
            announced.is_distinct_from(AccountRow.trial_ends_at),
        )
        .order_by(AccountRow.trial_ends_at)
        .limit(AT_ONCE)
        .with_for_update(key_share=True, skip_locked=True)
    ).all()
    for row in rows:
        setattr(row, announced.key, row.trial_ends_at)
    return rows

"""Paid periods: how long they are, and which subscriptions fall behind when they end."""

from __future__ import annotations

import calendar
import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from billing.subscriptions.models import SubscriptionRow
from wire.billing import PaymentStatus, PeriodInvalid

AT_ONCE = 50


def end_of(
    ends_at: datetime.datetime | None, months: int | None, *, now: datetime.datetime
) -> datetime.datetime:
    """The end of a period that begins now. Raises `PeriodInvalid`."""
    if (ends_at is None) == (months is None):
        raise PeriodInvalid
    end = ends_at if ends_at is not None else months_later(now, months or 0)
    if end <= now:
        raise PeriodInvalid
    return end


def months_later(moment: datetime.datetime, months: int) -> datetime.datetime:
    """The same day so many months later, or the month's last where it has no such day."""
    years, month = divmod(moment.month - 1 + months, 12)
    year = moment.year + years
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)


def now_past_due(session: Session, *, now: datetime.datetime) -> list[SubscriptionRow]:
    """Plans whose period is over, and which nothing has paid further: they are past due from now on."""
    return _moved(session, before=PaymentStatus.ACTIVE, to=PaymentStatus.PAST_DUE, over_since=now)


def now_restricted(
    session: Session, *, grace: datetime.timedelta, now: datetime.datetime
) -> list[SubscriptionRow]:
    """Plans that have been past due for too long: they are restricted from now on."""
    return _moved(session, before=PaymentStatus.PAST_DUE, to=PaymentStatus.RESTRICTED, over_since=now - grace)


def _moved(
    session: Session, *, before: PaymentStatus, to: PaymentStatus, over_since: datetime.datetime
) -> list[SubscriptionRow]:
    """A batch of the subscriptions that move; replicas take different ones."""
    rows = session.scalars(
        select(SubscriptionRow)
        .where(
            SubscriptionRow.ended_at.is_(None),
            SubscriptionRow.status == before.value,
            SubscriptionRow.period_ends_at <= over_since,
        )
        .order_by(SubscriptionRow.period_ends_at)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        row.status = to.value
    return list(rows)

"""What is said when a subscription starts, falls behind or ends?"""

from __future__ import annotations

import datetime
import uuid

from billing.models import SubscriptionRow
from wire.billing import (
    Operator,
    SubscriptionEnded,
    SubscriptionPastDue,
    SubscriptionRestricted,
    SubscriptionStarted,
)


def started(
    row: SubscriptionRow, *, request_id: uuid.UUID | None = None, by: Operator | None = None
) -> SubscriptionStarted:
    return SubscriptionStarted(
        account_id=row.account_id,
        subscription_id=row.id,
        plan=row.plan,
        period_ends_at=_end(row),
        at=row.created_at,
        reactivation_request_id=request_id,
        started_by=by,
    )


def past_due(row: SubscriptionRow, *, at: datetime.datetime) -> SubscriptionPastDue:
    return SubscriptionPastDue(
        account_id=row.account_id,
        subscription_id=row.id,
        plan=row.plan,
        period_ends_at=_end(row),
        at=at,
    )


def restricted(row: SubscriptionRow, *, at: datetime.datetime) -> SubscriptionRestricted:
    return SubscriptionRestricted(
        account_id=row.account_id,
        subscription_id=row.id,
        plan=row.plan,
        period_ends_at=_end(row),
        at=at,
    )


def ended(row: SubscriptionRow, *, at: datetime.datetime) -> SubscriptionEnded:
    return SubscriptionEnded(
        account_id=row.account_id,
        subscription_id=row.id,
        plan=row.plan,
        period_ends_at=row.period_ends_at,
        at=at,
    )


def _end(row: SubscriptionRow) -> datetime.datetime:
    if row.period_ends_at is None:
        raise ValueError(f"subscription {row.id} is a trial: it has no period")
    return row.period_ends_at

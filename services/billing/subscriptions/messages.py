"""Subscription rows as messages and events of the contract."""

from __future__ import annotations

import datetime
import uuid

from billing.subscriptions.models import TRIAL_PLAN, SubscriptionRow
from wire.billing import (
    AccountPaymentStatus,
    BillingOverview,
    Operator,
    PaymentStatus,
    Subscription,
    SubscriptionEnded,
    SubscriptionPastDue,
    SubscriptionRestricted,
    SubscriptionStarted,
    SubscriptionStatus,
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


def as_subscription(row: SubscriptionRow) -> Subscription:
    return Subscription(
        id=row.id,
        account_id=row.account_id,
        plan=row.plan,
        standing=PaymentStatus(row.status),
        started_at=row.created_at,
        period_ends_at=row.period_ends_at,
        ended_at=row.ended_at,
    )


def as_overview(row: SubscriptionRow, *, now: datetime.datetime) -> BillingOverview:
    return BillingOverview(
        plan=row.plan,
        status=_status(row),
        trial_started_at=row.trial_started_at,
        trial_ends_at=row.trial_ends_at,
        as_of=now,
        period_ends_at=row.period_ends_at,
        is_past_due=row.owes,
        payment_status=PaymentStatus(row.status) if row.ended_at is None else None,
    )


def as_payment_status(row: SubscriptionRow) -> AccountPaymentStatus:
    # Cards come with the sale of plans: until then a plan is paid by invoice or not at all.
    return AccountPaymentStatus(
        account_id=row.account_id,
        plan=row.plan,
        owes=row.owes,
        is_chargeable=False,
        is_invoiced=row.is_invoiced,
    )


def _status(row: SubscriptionRow) -> SubscriptionStatus:
    if row.ended_at is not None:
        return SubscriptionStatus.ENDED
    return SubscriptionStatus.TRIAL if row.plan == TRIAL_PLAN else SubscriptionStatus.ACTIVE

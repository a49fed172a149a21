"""Subscriptions: a trial first, then a plan; one at a time, and none once the account is cancelled."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from billing import customers
from billing.subscriptions import messages, periods
from billing.subscriptions.models import TRIAL_PLAN, SubscriptionRow
from wire.billing import (
    AccountPaymentStatus,
    BillingOverview,
    BillingUnknown,
    CancelledAccountHasNoPlan,
    PaymentStatus,
    PaymentStatusList,
    PlanNotForSale,
)


def live(session: Session, account_id: uuid.UUID | None) -> SubscriptionRow | None:
    """What the account has now."""
    return session.scalar(
        select(SubscriptionRow).where(
            SubscriptionRow.account_id == account_id, SubscriptionRow.ended_at.is_(None)
        )
    )


def latest(session: Session, account_id: uuid.UUID | None) -> SubscriptionRow | None:
    """What the account has now, else what it had last."""
    return session.scalar(
        select(SubscriptionRow)
        .where(SubscriptionRow.account_id == account_id)
        .order_by(SubscriptionRow.ended_at.desc().nulls_first(), SubscriptionRow.created_at.desc())
        .limit(1)
    )


def open_trial(
    session: Session,
    account_id: uuid.UUID,
    *,
    sequence: int,
    started_at: datetime.datetime,
    ends_at: datetime.datetime,
    now: datetime.datetime,
) -> None:
    """Open a new account's trial, unless the account has gone further already."""
    if customers.record_event(session, account_id, sequence=sequence, is_cancelled=False):
        _add_trial(session, account_id, started_at=started_at, ends_at=ends_at, now=now)


def resume_trial(
    session: Session,
    account_id: uuid.UUID,
    *,
    sequence: int,
    started_at: datetime.datetime,
    ends_at: datetime.datetime,
    now: datetime.datetime,
) -> None:
    """Open the trial again of an account that was cancelled and is back. What had not ended yet, because nobody had
    told us, ends."""
    if customers.record_event(session, account_id, sequence=sequence, is_cancelled=False):
        _end_live(session, account_id, at=now)
        _add_trial(session, account_id, started_at=started_at, ends_at=ends_at, now=now)


def cancel(
    session: Session, account_id: uuid.UUID, *, sequence: int, at: datetime.datetime
) -> SubscriptionRow | None:
    """The account is cancelled: what it had has ended, and is returned. None when nothing had to end."""
    if not customers.record_event(session, account_id, sequence=sequence, is_cancelled=True):
        return None
    return _end_live(session, account_id, at=at)


def start(
    session: Session,
    account_id: uuid.UUID,
    *,
    plan: str,
    period_ends_at: datetime.datetime,
    now: datetime.datetime,
) -> SubscriptionRow:
    """A paid plan from now on, in place of what the account has.

    Raises `PlanNotForSale`, `BillingUnknown` or `CancelledAccountHasNoPlan`.
    """
    if plan == TRIAL_PLAN:
        raise PlanNotForSale
    if customers.locked(session, account_id).is_cancelled:
        raise CancelledAccountHasNoPlan
    return _add_paid(session, account_id, plan=plan, period_ends_at=period_ends_at, now=now)


def resume_plan(
    session: Session, account_id: uuid.UUID, *, sequence: int, now: datetime.datetime
) -> SubscriptionRow | None:
    """The plan that the account had when it was cancelled, from now on; None when something later is known already.

    What is left of the period that was paid for is still paid for; else a month begins. What was owed is owed still:
    such a plan comes back past due, and has the whole grace to be paid in.
    """
    if not customers.record_event(session, account_id, sequence=sequence, is_cancelled=False):
        return None
    before = _last_paid(session, account_id)
    if before is None or before.period_ends_at is None:
        raise BillingUnknown(f"account {account_id} has had no plan")
    if before.owes:
        return _add_paid(
            session, account_id, plan=before.plan, period_ends_at=now, now=now, status=PaymentStatus.PAST_DUE
        )
    ends_at = before.period_ends_at if before.period_ends_at > now else periods.months_later(now, 1)
    return _add_paid(session, account_id, plan=before.plan, period_ends_at=ends_at, now=now)


def overview(session: Session, account_id: uuid.UUID | None, *, now: datetime.datetime) -> BillingOverview:
    """Everything the billing page shows. Raises `BillingUnknown`."""
    row = latest(session, account_id)
    if row is None:
        raise BillingUnknown
    return messages.as_overview(row, now=now)


def payment_status(session: Session, account_id: uuid.UUID) -> AccountPaymentStatus:
    """Whether the account owes anything, and how it would pay. Raises `BillingUnknown`."""
    row = latest(session, account_id)
    if row is None:
        raise BillingUnknown
    return messages.as_payment_status(row)


def payment_statuses(session: Session, account_ids: Collection[uuid.UUID]) -> PaymentStatusList:
    """Those of the accounts that are known."""
    rows = session.scalars(
        select(SubscriptionRow)
        .ext(distinct_on(SubscriptionRow.account_id))
        .where(SubscriptionRow.account_id.in_(account_ids))
        .order_by(
            SubscriptionRow.account_id,
            SubscriptionRow.ended_at.desc().nulls_first(),
            SubscriptionRow.created_at.desc(),
        )
    )
    return PaymentStatusList(data=tuple(messages.as_payment_status(row) for row in rows))


def _last_paid(session: Session, account_id: uuid.UUID) -> SubscriptionRow | None:
    return session.scalar(
        select(SubscriptionRow)
        .where(SubscriptionRow.account_id == account_id, SubscriptionRow.plan != TRIAL_PLAN)
        .order_by(SubscriptionRow.created_at.desc())
        .limit(1)
    )


def _end_live(session: Session, account_id: uuid.UUID, *, at: datetime.datetime) -> SubscriptionRow | None:
    row = live(session, account_id)
    if row is not None:
        row.ended_at = at
        session.flush()
    return row


def _add_trial(
    session: Session,
    account_id: uuid.UUID,
    *,
    started_at: datetime.datetime,
    ends_at: datetime.datetime,
    now: datetime.datetime,
) -> None:
    session.add(
        SubscriptionRow(
            id=uuid.uuid4(),
            account_id=account_id,
            plan=TRIAL_PLAN,
            status=PaymentStatus.TRIAL.value,
            trial_started_at=started_at,
            trial_ends_at=ends_at,
            is_invoiced=False,
            created_at=now,
        )
    )
    session.flush()


def _add_paid(
    session: Session,
    account_id: uuid.UUID,
    *,
    plan: str,
    period_ends_at: datetime.datetime,
    now: datetime.datetime,
    status: PaymentStatus = PaymentStatus.ACTIVE,
) -> SubscriptionRow:
    """In place of what there is. Support starts plans that are paid by invoice."""
    before = latest(session, account_id)
    if before is None:
        raise BillingUnknown
    _end_live(session, account_id, at=now)
    row = SubscriptionRow(
        id=uuid.uuid4(),
        account_id=account_id,
        plan=plan,
        status=status.value,
        trial_started_at=before.trial_started_at,
        trial_ends_at=before.trial_ends_at,
        period_ends_at=period_ends_at,
        is_invoiced=True,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row

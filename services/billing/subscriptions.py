"""What does an account have? A trial first."""

from __future__ import annotations

import datetime
import uuid

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from billing.models import SubscriptionRow
from wire.billing import BillingOverview, BillingUnknown, SubscriptionStatus

TRIAL_PLAN = "trial"


def open_trial(
    session: Session,
    account_id: uuid.UUID,
    *,
    started_at: datetime.datetime,
    ends_at: datetime.datetime,
    now: datetime.datetime,
) -> None:
    """Open the account's trial; one that is open already stays as it is."""
    session.execute(
        insert(SubscriptionRow)
        .values(
            account_id=account_id,
            plan=TRIAL_PLAN,
            status=SubscriptionStatus.TRIAL.value,
            trial_started_at=started_at,
            trial_ends_at=ends_at,
            created_at=now,
        )
        .on_conflict_do_nothing()
    )


def overview(session: Session, account_id: uuid.UUID | None, *, now: datetime.datetime) -> BillingOverview:
    """Everything the billing page shows. Raises `BillingUnknown`."""
    row = session.scalar(select(SubscriptionRow).where(SubscriptionRow.account_id == account_id))
    if row is None:
        raise BillingUnknown
    return BillingOverview(
        plan=row.plan,
        status=SubscriptionStatus(row.status),
        trial_started_at=row.trial_started_at,
        trial_ends_at=row.trial_ends_at,
        as_of=now,
    )

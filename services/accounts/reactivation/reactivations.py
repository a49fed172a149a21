"""Reactivation of a cancelled account: its trial goes on, or its plan is started again after a request for it."""

from __future__ import annotations

import datetime
import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.account_status import account_status
from accounts.cancellation import cancellations
from accounts.models import AccountRow
from accounts.reactivation.models import ReactivationRequestRow
from wire.values import AccountStatus

TRIAL_PLAN = "trial"
TRIAL_LEFT_MIN = datetime.timedelta(days=1)


def resume_trial(session: Session, account: AccountRow, *, now: datetime.datetime) -> None:
    """Give a cancelled account, which is locked, the days of its trial that were left, at least one."""
    left = datetime.timedelta(seconds=cancellations.last(session, account.id).trial_seconds_left)
    account.status = AccountStatus.TRIAL.value
    account.plan, account.period_ends_at = TRIAL_PLAN, None
    account.trial_ends_at = now + max(left, TRIAL_LEFT_MIN)
    _revive(account, now)
    session.flush()


def revive(session: Session, account: AccountRow, *, plan_started_at: datetime.datetime) -> None:
    """A cancelled account, which is locked, has its plan back; what the plan is, billing has said."""
    account.status = AccountStatus.ACTIVE.value
    _revive(account, plan_started_at)
    account_status.reconcile(session, account)
    session.flush()


def approved_request(session: Session, request_id: uuid.UUID | None) -> ReactivationRequestRow | None:
    """The request that the start of a plan answers, locked; None when it has been answered before."""
    if request_id is None:
        return None
    return session.scalar(
        select(ReactivationRequestRow)
        .where(ReactivationRequestRow.id == request_id, ReactivationRequestRow.state == "approved")
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def is_recent(account: AccountRow, *, days: int, now: datetime.datetime) -> bool:
    """Whether the account was cancelled so lately that its owner may come back alone; never when `days` is 0."""
    cancelled_at = account.cancelled_at
    return days > 0 and cancelled_at is not None and now - cancelled_at <= datetime.timedelta(days=days)


def _revive(account: AccountRow, at: datetime.datetime) -> None:
    account.cancelled_at, account.reactivated_at = None, at
    account.version += 1

"""Cancellations: at once, or when the paid period is over, and until then they can be undone."""

from __future__ import annotations

import datetime
import uuid

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from accounts.account_status import account_status
from accounts.cancellation.models import CancellationRow
from accounts.email_tokens.models import EmailTokenRow
from accounts.email_tokens.user_tokens import Purpose
from accounts.models import AccountRow, UserRow
from wire.accounts.cancellation import (
    CancelAccount,
    CancellationAlreadyScheduled,
    CancellationDetailsRequired,
    CancellationNotDeferrable,
    CancellationNotScheduled,
)
from wire.contract import FieldError
from wire.values import AccountStatus, TokenState

PENDING, DONE, UNDONE, REPLACED = "pending", "done", "undone", "replaced"


def check_details(details: str) -> None:
    """Raise `CancellationDetailsRequired` when the owner says nothing."""
    if not details.strip():
        code = CancellationDetailsRequired.code
        raise CancellationDetailsRequired(errors=(FieldError(pointer="/details", code=code),))


def schedule(
    session: Session,
    account: AccountRow,
    user: UserRow,
    request: CancelAccount,
    *,
    now: datetime.datetime,
) -> CancellationRow:
    """Cancel the account, which is locked, when its paid period ends.

    Raises `CancellationNotDeferrable` where there is no such period, and `CancellationAlreadyScheduled`.
    """
    if account.cancels_at is not None:
        raise CancellationAlreadyScheduled
    ends_at = account.period_ends_at
    if not account_status.is_paid(account) or ends_at is None or ends_at <= now:
        raise CancellationNotDeferrable
    row = _row(account, user, request, now=now, takes_effect_at=ends_at)
    session.add(row)
    account.cancels_at = ends_at
    account.version += 1
    return row


def cancel(
    session: Session,
    account: AccountRow,
    user: UserRow,
    request: CancelAccount,
    *,
    now: datetime.datetime,
) -> CancellationRow:
    """Cancel the account, which is locked, at once; a cancellation that was waiting is replaced by this one."""
    _end_pending(session, account.id, state=REPLACED)
    row = _row(account, user, request, now=now, takes_effect_at=now)
    session.add(row)
    _close(session, account, row, now=now)
    return row


def undo(session: Session, account: AccountRow) -> None:
    """Keep an account, which is locked, that was going to be cancelled. Raises `CancellationNotScheduled`."""
    if account.cancels_at is None or account_status.is_cancelled(account):
        raise CancellationNotScheduled
    _end_pending(session, account.id, state=UNDONE)
    account.cancels_at = None
    account.version += 1


def due(session: Session, *, now: datetime.datetime) -> AccountRow | None:
    """An account whose last day is over, locked; replicas get different ones."""
    return session.scalar(
        select(AccountRow)
        .where(AccountRow.cancels_at <= now)
        .order_by(AccountRow.cancels_at)
        .limit(1)
        .with_for_update(key_share=True, skip_locked=True)
    )


def take_effect(session: Session, account: AccountRow, *, now: datetime.datetime) -> CancellationRow:
    """Cancel an account that is due, and locked."""
    row = session.scalars(
        select(CancellationRow).where(
            CancellationRow.account_id == account.id, CancellationRow.state == PENDING
        )
    ).one()
    row.is_paid = account_status.is_paid(account)
    _close(session, account, row, now=now)
    return row


def last(session: Session, account_id: uuid.UUID) -> CancellationRow:
    """The one that a cancelled account was cancelled by."""
    return session.scalars(
        select(CancellationRow)
        .where(CancellationRow.account_id == account_id, CancellationRow.state == DONE)
        .order_by(CancellationRow.takes_effect_at.desc(), CancellationRow.requested_at.desc())
        .limit(1)
    ).one()


def correct(session: Session, account: AccountRow, *, plan: str, since: datetime.datetime) -> None:
    """A cancelled account had a plan `since` before it was cancelled, as we hear only now: it was a paid one."""
    if account.cancelled_at is None or since > account.cancelled_at:
        return
    last(session, account.id).is_paid = True
    account.plan = plan
    account.version += 1


def _row(
    account: AccountRow,
    user: UserRow,
    request: CancelAccount,
    *,
    now: datetime.datetime,
    takes_effect_at: datetime.datetime,
) -> CancellationRow:
    return CancellationRow(
        id=uuid.uuid4(),
        account_id=account.id,
        requested_by=user.id,
        reason=request.reason.value,
        details=request.details.strip(),
        effective=request.effective.value,
        state=PENDING,
        is_paid=account_status.is_paid(account),
        trial_seconds_left=0,
        requested_at=now,
        takes_effect_at=takes_effect_at,
    )


def _close(session: Session, account: AccountRow, row: CancellationRow, *, now: datetime.datetime) -> None:
    """From here on nobody logs in. Email tokens are of no use any more, but for the one that takes an address back:
    who stole an account by its address could keep it by cancelling it."""
    row.state = DONE
    row.takes_effect_at = now
    row.trial_seconds_left = 0 if row.is_paid else _seconds_left(account, now)
    account.status = AccountStatus.CANCELLED.value
    account.cancelled_at, account.cancels_at = now, None
    account.version += 1
    session.execute(
        update(EmailTokenRow)
        .where(
            EmailTokenRow.account_id == account.id,
            EmailTokenRow.state == TokenState.ISSUED.value,
            EmailTokenRow.purpose != Purpose.EMAIL_UNDO.value,
        )
        .values(state=TokenState.REVOKED.value)
    )
    session.flush()


def _seconds_left(account: AccountRow, now: datetime.datetime) -> int:
    ends_at = account.trial_ends_at
    return 0 if ends_at is None else max(0, int((ends_at - now).total_seconds()))


def _end_pending(session: Session, account_id: uuid.UUID, *, state: str) -> None:
    session.execute(
        update(CancellationRow)
        .where(CancellationRow.account_id == account_id, CancellationRow.state == PENDING)
        .values(state=state)
    )

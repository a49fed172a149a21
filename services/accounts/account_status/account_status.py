"""Account status: trial, active, past due, restricted or cancelled, by the last subscription event of billing.

Billing's events come by several queues, repeated and in any order. Each has a sequence number: the highest is what
counts, whenever it comes. None of them ends or revives a cancelled account, but the start of the plan that an approved
request asked for.
"""

from __future__ import annotations

import dataclasses
import datetime
import uuid
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from accounts.account_status.models import SubscriptionStateRow
from accounts.models import AccountRow, UserRow
from wire.values import AccountStatus, Role


class SubscriptionEvent(StrEnum):
    """What billing says of a subscription."""

    STARTED = "started"
    PAST_DUE = "past_due"
    RESTRICTED = "restricted"
    ENDED = "ended"


# An account that goes on without a subscription is restricted until one starts.
STATUS = {
    SubscriptionEvent.STARTED: AccountStatus.ACTIVE,
    SubscriptionEvent.PAST_DUE: AccountStatus.PAST_DUE,
    SubscriptionEvent.RESTRICTED: AccountStatus.RESTRICTED,
    SubscriptionEvent.ENDED: AccountStatus.RESTRICTED,
}


@dataclasses.dataclass(frozen=True, kw_only=True)
class SubscriptionState:
    """An event of billing, by its number among those of its account."""

    account_id: uuid.UUID
    sequence: int
    event: SubscriptionEvent
    plan: str
    period_ends_at: datetime.datetime | None
    happened_at: datetime.datetime


def locked(session: Session, account_id: uuid.UUID | None) -> AccountRow | None:
    """The account, as it is now; nobody else changes it until the transaction ends."""
    return session.scalar(
        select(AccountRow)
        .where(AccountRow.id == account_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


def is_cancelled(account: AccountRow) -> bool:
    return account.status == AccountStatus.CANCELLED.value


def is_paid(account: AccountRow) -> bool:
    """Whether a living account has a plan, at whatever price."""
    return account.status not in (AccountStatus.TRIAL.value, AccountStatus.CANCELLED.value)


def record(session: Session, state: SubscriptionState) -> bool:
    """Keep a subscription's state, unless a later one is known; whether it was kept."""
    values = {
        "number": state.sequence,
        "state": state.event.value,
        "plan": state.plan,
        "period_ends_at": state.period_ends_at,
        "happened_at": state.happened_at,
    }
    kept = session.scalar(
        insert(SubscriptionStateRow)
        .values(account_id=state.account_id, **values)
        .on_conflict_do_update(
            index_elements=["account_id"], set_=values, where=SubscriptionStateRow.number < state.sequence
        )
        .returning(SubscriptionStateRow.account_id)
    )
    return kept is not None


def reconcile(session: Session, account: AccountRow) -> bool:
    """Bring a living account in line with what billing said last; whether that changed anything.

    What happened before the account came back says nothing of it now.
    """
    state = session.get(SubscriptionStateRow, account.id, populate_existing=True)
    if state is None or is_cancelled(account) or _is_over(state, account):
        return False
    now = (STATUS[SubscriptionEvent(state.state)].value, state.plan, state.period_ends_at)
    if (account.status, account.plan, account.period_ends_at) == now:
        return False
    account.status, account.plan, account.period_ends_at = now
    account.version += 1
    return True


def owner_of(session: Session, account_id: uuid.UUID) -> UserRow | None:
    """Who is written to: the owner who verified first, or who signed up."""
    return session.scalar(
        select(UserRow)
        .where(
            UserRow.account_id == account_id,
            UserRow.role == Role.OWNER.value,
            UserRow.removed_at.is_(None),
        )
        .order_by(UserRow.verified_at.asc().nulls_last(), UserRow.created_at)
        .limit(1)
    )


def _is_over(state: SubscriptionStateRow, account: AccountRow) -> bool:
    back_at = account.reactivated_at
    if back_at is None:
        return False
    has_ended_with_it = state.state == SubscriptionEvent.ENDED.value and state.happened_at <= back_at
    return state.happened_at < back_at or has_ended_with_it

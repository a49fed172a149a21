"""Ownership of email addresses: whose an address is over all accounts, and who may still take one back."""

from __future__ import annotations

import datetime
import uuid

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, joinedload

from accounts.models import ReservedAddressRow, UserRow
from chassis.database.tenancy import all_tenants
from wire.identity import EmailInUse


def lock(session: Session, email_key: str) -> None:
    """One at a time decides whose an address is; held until the transaction ends."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(email_key, 0))))


def holder(
    session: Session, email_key: str, *, account_id: uuid.UUID | None = None, now: datetime.datetime
) -> uuid.UUID | None:
    """The user whose address this is, in whatever account: verified, or given up but still reserved; with
    `account_id` also one who was only invited there. None when the address is free. Ask under `lock`."""
    with all_tenants(session):
        return _holder(session, email_key, account_id=account_id, now=now)


def holding_user(session: Session, email_key: str, *, now: datetime.datetime) -> UserRow | None:
    """The user whose address this is, with the account. To be read only: it may be another account's."""
    with all_tenants(session):
        user_id = _holder(session, email_key, account_id=None, now=now)
        query = select(UserRow).where(UserRow.id == user_id).options(joinedload(UserRow.account))
        return None if user_id is None else session.scalar(query)


def reserve(session: Session, email_key: str, *, for_user: UserRow, until: datetime.datetime | None) -> None:
    """Let nobody else have the address until then. What another account's user once reserved is over by now, and is
    overwritten."""
    values = {"user_id": for_user.id, "account_id": for_user.account_id, "until": until}
    with all_tenants(session):
        session.execute(
            insert(ReservedAddressRow)
            .values(email_key=email_key, **values)
            .on_conflict_do_update(index_elements=[ReservedAddressRow.email_key], set_=values)
        )


def _holder(
    session: Session, email_key: str, *, account_id: uuid.UUID | None, now: datetime.datetime
) -> uuid.UUID | None:
    is_own = or_(UserRow.verified_at.is_not(None), UserRow.account_id == account_id)
    user_id = session.scalar(
        select(UserRow.id)
        .where(UserRow.email_key == email_key, UserRow.removed_at.is_(None), is_own)
        .limit(1)
    )
    if user_id is not None:
        return user_id
    return session.scalar(
        select(ReservedAddressRow.user_id).where(
            ReservedAddressRow.email_key == email_key, ReservedAddressRow.until > now
        )
    )


def claim(session: Session, email_key: str, *, for_user: uuid.UUID, now: datetime.datetime) -> None:
    """Make sure that the address may become this user's, until the transaction ends. Raises `EmailInUse`."""
    lock(session, email_key)
    if holder(session, email_key, now=now) not in (None, for_user):
        raise EmailInUse

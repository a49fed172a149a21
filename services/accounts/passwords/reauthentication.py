"""Reauthentication: the current password, proven again, counts for a few minutes."""

from __future__ import annotations

import datetime
import uuid

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from accounts.models import UserRow
from accounts.sessions.models import SessionRow
from wire.accounts.passwords import ReauthenticationRequired

FRESH = datetime.timedelta(minutes=5)


def find_user(session: Session, user_id: uuid.UUID | None) -> UserRow | None:
    """Who has to prove it, with the account; None for who is nobody, or has no password."""
    user = session.scalar(
        select(UserRow)
        .where(UserRow.id == user_id, UserRow.removed_at.is_(None))
        .options(joinedload(UserRow.account))
    )
    return None if user is None or user.password_hash is None else user


def check_fresh(session: Session, session_id: uuid.UUID | None, *, now: datetime.datetime) -> None:
    """Raise `ReauthenticationRequired` unless the session's last proof is a few minutes old at most."""
    proven_at = session.scalar(select(SessionRow.authenticated_at).where(SessionRow.id == session_id))
    if proven_at is None or now - proven_at > FRESH:
        raise ReauthenticationRequired


def renew(session: Session, user_id: uuid.UUID, stored_hash: str, renewed_hash: str) -> None:
    """The same password by today's rules, unless there is another one meanwhile."""
    session.execute(
        update(UserRow)
        .where(UserRow.id == user_id, UserRow.password_hash == stored_hash)
        .values(password_hash=renewed_hash)
    )

"""Password reset by email; a user who never activated gets the activation mail again instead."""

from __future__ import annotations

import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from accounts import messages
from accounts.email_tokens import user_tokens
from accounts.email_tokens.user_tokens import TOKENS, Purpose, TokenIssuer
from accounts.models import UserRow
from accounts.signup import registration
from identity import addresses, email_tokens
from wire.accounts.passwords import PasswordResetRequested
from wire.identity import EmailToken
from wire.values import Role

# Nobody was invited under one address by more accounts than this and waits for all of them.
WAITING_MAX = 5


def of_address(session: Session, email_key: str | None) -> UserRow | None:
    """The user with this address who has a password to be reset; None when there is none."""
    user = registration.user_of_address(session, email_key)
    return None if user is None or user.password_hash is None else user


def waiting(session: Session, email_key: str | None) -> list[UserRow]:
    """Who signed up or was invited with this address and never activated, the last first, with their accounts; nobody
    once somebody has activated with it."""
    rows = session.scalars(
        select(UserRow)
        .where(UserRow.email_key == email_key, UserRow.removed_at.is_(None))
        .order_by(UserRow.verified_at.is_(None), UserRow.created_at.desc())
        .limit(WAITING_MAX)
        .options(joinedload(UserRow.account))
    )
    found = list(rows)
    return [] if any(user.verified_at is not None for user in found) else found


def inviter(session: Session, user: UserRow) -> str | None:
    """Who stands for the account in a new invitation; None for an owner, who was invited by nobody."""
    if user.role == Role.OWNER.value:
        return None
    return session.scalar(
        select(UserRow.name)
        .where(
            UserRow.account_id == user.account_id,
            UserRow.role == Role.OWNER.value,
            UserRow.removed_at.is_(None),
        )
        .order_by(UserRow.created_at)
        .limit(1)
    )


def issue(
    session: Session, user: UserRow, *, issuer: TokenIssuer, now: datetime.datetime, minutes: int
) -> PasswordResetRequested:
    """A token for this user; an older one dies."""
    life = datetime.timedelta(minutes=minutes)
    row = issuer.issue(session, user, Purpose.PASSWORD_RESET, now=now, life=life)
    return PasswordResetRequested(link_id=row.id, user=messages.as_user(user), expires_at=row.expires_at)


def look(session: Session, token_digest: str, *, now: datetime.datetime) -> EmailToken:
    """The token's state; nothing changes. Raises `EmailTokenUnknown`."""
    row = user_tokens.find(session, token_digest, Purpose.PASSWORD_RESET)
    return EmailToken(
        state=email_tokens.state(row, now),
        email_masked=addresses.masked(row.user.email),
        expires_at=row.expires_at,
    )


def usable(session: Session, token_digest: str, *, now: datetime.datetime) -> UserRow:
    """The user whose password the token resets. Raises the refusal that fits the token's state."""
    row = user_tokens.find(session, token_digest, Purpose.PASSWORD_RESET)
    email_tokens.check(row, now)
    return row.user


def consume(session: Session, token_digest: str, *, password_hash: str, now: datetime.datetime) -> UserRow:
    """Use the token: the user has a new password. Of many at once one succeeds."""
    row = user_tokens.find(session, token_digest, Purpose.PASSWORD_RESET)
    TOKENS.consume(session, row, now=now)
    row.user.password_hash = password_hash
    return row.user

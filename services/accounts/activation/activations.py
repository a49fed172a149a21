"""Activation: the token in an activation mail verifies the address and sets a password."""

from __future__ import annotations

import datetime

from sqlalchemy.orm import Session

from accounts import address_ownership, messages
from accounts.email_tokens import user_tokens
from accounts.email_tokens.user_tokens import TOKENS, Purpose, TokenIssuer
from accounts.models import UserRow
from identity import addresses, email_tokens
from identity.email_tokens import ACTIVATION_REFUSALS
from wire.accounts.activation import UserActivationRequested
from wire.identity import (
    Activation,
    ActivationKind,
    ActivationUnknown,
)


def issue(
    session: Session,
    user: UserRow,
    *,
    issuer: TokenIssuer,
    company_name: str,
    now: datetime.datetime,
    hours: int,
    invited_by: str | None = None,
) -> UserActivationRequested:
    """A token for this user at the user's present address; an older one dies."""
    life = datetime.timedelta(hours=hours)
    row = issuer.issue(session, user, Purpose.ACTIVATION, now=now, life=life)
    return UserActivationRequested(
        link_id=row.id,
        user=messages.as_user(user),
        company_name=company_name,
        expires_at=row.expires_at,
        invited_by=invited_by,
    )


def look(session: Session, token_digest: str, *, now: datetime.datetime) -> Activation:
    """The token's state; nothing changes. Raises `ActivationUnknown`."""
    row = user_tokens.find(session, token_digest, Purpose.ACTIVATION, unknown=ActivationUnknown)
    return Activation(
        state=email_tokens.state(row, now),
        email_masked=addresses.masked(row.user.email),
        kind=ActivationKind.USER,
        expires_at=row.expires_at,
    )


def usable(session: Session, token_digest: str, *, now: datetime.datetime) -> UserRow:
    """The user whom the token would activate. Raises the refusal that fits the token's state."""
    row = user_tokens.find(session, token_digest, Purpose.ACTIVATION, unknown=ActivationUnknown)
    email_tokens.check(row, now, refusals=ACTIVATION_REFUSALS)
    return row.user


def consume(session: Session, token_digest: str, *, password_hash: str, now: datetime.datetime) -> UserRow:
    """Use the token: the user has a password and is verified. Of many at once one succeeds.

    Raises `EmailInUse` when somebody else has verified the same address in the meantime.
    """
    row = user_tokens.find(session, token_digest, Purpose.ACTIVATION, unknown=ActivationUnknown)
    user = row.user
    address_ownership.claim(session, user.email_key, for_user=user.id, now=now)
    TOKENS.consume(session, row, now=now, refusals=ACTIVATION_REFUSALS)
    user.password_hash = password_hash
    user.verified_at = user.verified_at or now
    user.version += 1
    return user

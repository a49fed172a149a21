"""What happens with an activation link? It is issued, looked at, and used once."""

from __future__ import annotations

import datetime
import uuid

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from accounts import addresses, registration, tokens
from accounts.models import ActivationRow, UserRow
from wire.accounts import (
    Activation,
    ActivationKind,
    ActivationLinkExpired,
    ActivationLinkSuperseded,
    ActivationLinkUsed,
    ActivationToken,
    ActivationUnknown,
    UserActivationRequested,
)
from wire.contract import Refusal
from wire.values import TokenState

PURPOSE = "activation"

REFUSALS: dict[TokenState, type[Refusal]] = {
    TokenState.CONSUMED: ActivationLinkUsed,
    TokenState.SUPERSEDED: ActivationLinkSuperseded,
    TokenState.REVOKED: ActivationLinkSuperseded,
    TokenState.EXPIRED: ActivationLinkExpired,
}


def issue(
    session: Session, user: UserRow, *, company_name: str, key: str, now: datetime.datetime, hours: int
) -> UserActivationRequested:
    """A link for this user at the user's present address; an older one dies."""
    _lock(session, user.id)
    session.execute(
        update(ActivationRow)
        .where(ActivationRow.user_id == user.id, ActivationRow.state == TokenState.ISSUED.value)
        .values(state=TokenState.SUPERSEDED.value)
    )
    activation_id = uuid.uuid4()
    row = ActivationRow(
        id=activation_id,
        account_id=user.account_id,
        user_id=user.id,
        email_key=user.email_key,
        token_digest=tokens.digest(tokens.derived_token(key, PURPOSE, activation_id)),
        state=TokenState.ISSUED.value,
        issued_at=now,
        expires_at=now + datetime.timedelta(hours=hours),
    )
    session.add(row)
    return UserActivationRequested(
        activation_id=row.id,
        user=registration.as_user(user),
        company_name=company_name,
        expires_at=row.expires_at,
    )


def look(session: Session, token_digest: str, *, now: datetime.datetime) -> Activation:
    """The link's state; nothing changes. Raises `ActivationUnknown`."""
    row = _find(session, token_digest)
    return Activation(
        state=_state(row, now),
        email_masked=addresses.masked(row.user.email),
        kind=ActivationKind.USER,
        expires_at=row.expires_at,
    )


def usable(session: Session, token_digest: str, *, now: datetime.datetime) -> UserRow:
    """The user whom the link would activate. Raises the refusal that fits the link's state."""
    row = _find(session, token_digest)
    refusal = REFUSALS.get(_state(row, now))
    if refusal is not None:
        raise refusal
    return row.user


def consume(session: Session, token_digest: str, *, password_hash: str, now: datetime.datetime) -> UserRow:
    """Use the link: the user has a password and is verified. Of many at once one succeeds."""
    user = _find(session, token_digest).user
    _lock(session, user.id)
    taken = session.scalar(
        update(ActivationRow)
        .where(
            ActivationRow.token_digest == token_digest,
            ActivationRow.state == TokenState.ISSUED.value,
            ActivationRow.expires_at > now,
        )
        .values(state=TokenState.CONSUMED.value, consumed_at=now)
        .returning(ActivationRow.id)
    )
    if taken is None:
        user = usable(session, token_digest, now=now)
    user.password_hash = password_hash
    user.verified_at = user.verified_at or now
    return user


def reveal(
    session: Session, activation_id: uuid.UUID, *, key: str, now: datetime.datetime
) -> ActivationToken:
    """The link's secret, for the mail that carries it. Raises `ActivationUnknown`."""
    row = session.get(ActivationRow, activation_id)
    if row is None:
        raise ActivationUnknown
    state = _state(row, now)
    token = tokens.derived_token(key, PURPOSE, row.id) if state is TokenState.ISSUED else None
    return ActivationToken(token=token, state=state, expires_at=row.expires_at)


def _lock(session: Session, user_id: uuid.UUID) -> None:
    """One at a time changes what links a user has, so that one at most can be used."""
    session.execute(select(UserRow.id).where(UserRow.id == user_id).with_for_update())


def _find(session: Session, token_digest: str) -> ActivationRow:
    row = session.scalar(
        select(ActivationRow)
        .where(ActivationRow.token_digest == token_digest)
        .options(joinedload(ActivationRow.user).joinedload(UserRow.account))
        .execution_options(populate_existing=True)
    )
    if row is None or row.email_key != row.user.email_key:
        raise ActivationUnknown
    return row


def _state(row: ActivationRow, now: datetime.datetime) -> TokenState:
    state = TokenState(row.state)
    return TokenState.EXPIRED if state is TokenState.ISSUED and row.expires_at <= now else state

"""Confirmation of a change of address by the token in the new mailbox, and its undoing by the one in the old.

For a week after a change nobody else gets the old address.
"""

from __future__ import annotations

import dataclasses
import datetime
import uuid

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from accounts import address_ownership
from accounts.email_changes import email_changes
from accounts.email_changes.models import EmailChangeRow
from accounts.email_tokens import user_tokens
from accounts.email_tokens.models import EmailTokenRow
from accounts.email_tokens.user_tokens import TOKENS, Purpose, TokenIssuer
from accounts.models import ReservedAddressRow, UserRow
from identity import addresses, email_tokens
from wire.accounts.email_changes import EmailChangeCancelled, EmailChangeState
from wire.contract import Refusal
from wire.identity import EmailInUse, EmailToken
from wire.values import TokenState

UNDO_LIFE = datetime.timedelta(days=7)
# What else could still let somebody in by the old address; tokens to undo a change outlive it.
DYING = (Purpose.ACTIVATION, Purpose.PASSWORD_RESET, Purpose.EMAIL_CHANGE, Purpose.LOG_IN)
REFUSALS: dict[TokenState, type[Refusal]] = {
    **email_tokens.REFUSALS,
    TokenState.REVOKED: EmailChangeCancelled,
}


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Settled:
    """A change that was applied or undone, its user as they are now, and the address that they no longer have."""

    change: EmailChangeRow
    user: UserRow
    left_email: str
    undo_token_id: uuid.UUID | None = None


def look(session: Session, token_digest: str, purpose: Purpose, *, now: datetime.datetime) -> EmailToken:
    """The token's state, and the address it went to; nothing changes. Raises `EmailTokenUnknown`."""
    row = user_tokens.find(session, token_digest, purpose)
    change = session.get_one(EmailChangeRow, row.subject_id)
    email = change.new_email if purpose is Purpose.EMAIL_CHANGE else change.old_email
    return EmailToken(
        state=_token_state(session, row, change, now=now),
        email_masked=addresses.masked(email),
        expires_at=row.expires_at,
    )


def confirm(session: Session, token_digest: str, *, issuer: TokenIssuer, now: datetime.datetime) -> Settled:
    """Apply the change: of many confirmations at once one succeeds, and of many users one gets the address.

    Raises the refusal that fits the token, or `EmailInUse`.
    """
    row = user_tokens.find(session, token_digest, Purpose.EMAIL_CHANGE)
    change = session.get_one(EmailChangeRow, row.subject_id)
    _check(session, row, change, now=now)
    address_ownership.lock(session, change.new_email_key)
    TOKENS.consume(session, row, now=now, refusals=REFUSALS)
    user = _current(session, change, row.user)
    if not email_changes.is_free(session, change.new_email_key, user, now=now):
        raise EmailInUse
    left_email, left_key = user.email, user.email_key
    user.email, user.email_key = change.new_email, change.new_email_key
    user.version += 1
    email_changes.settle(change, EmailChangeState.APPLIED, now=now)
    change.undo_until = now + UNDO_LIFE
    session.flush()
    TOKENS.revoke(session, user.id, *DYING)
    undo = issuer.issue(
        session,
        user,
        Purpose.EMAIL_UNDO,
        now=now,
        life=UNDO_LIFE,
        subject_id=change.id,
        email_key=left_key,
    )
    _reserve_what_can_be_undone(session, user, now=now)
    return Settled(change=change, user=user, left_email=left_email, undo_token_id=undo.id)


def undo(session: Session, token_digest: str, *, now: datetime.datetime) -> Settled:
    """Give the user the old address back; what came after the change goes with it.

    Raises the refusal that fits the token.
    """
    row = user_tokens.find(session, token_digest, Purpose.EMAIL_UNDO)
    email_tokens.check(row, now, refusals=REFUSALS)
    address_ownership.claim(session, row.email_key, for_user=row.user_id, now=now)
    TOKENS.consume(session, row, now=now, refusals=REFUSALS)
    change = session.get_one(EmailChangeRow, row.subject_id)
    user = _current(session, change, row.user)
    left_email = user.email
    email_changes.end_pending(session, user.id, TokenState.REVOKED, now=now)
    for later in _applied_since(session, change):
        email_changes.settle(later, EmailChangeState.UNDONE, now=now)
        email_changes.end_token(session, later.id, Purpose.EMAIL_UNDO, TokenState.REVOKED)
    user.email, user.email_key = change.old_email, change.old_email_key
    user.version += 1
    session.flush()
    TOKENS.revoke(session, user.id, *DYING)
    _reserve_what_can_be_undone(session, user, now=now)
    return Settled(change=change, user=user, left_email=left_email)


def _applied_since(session: Session, change: EmailChangeRow) -> list[EmailChangeRow]:
    """The change and the applied ones after it."""
    return list(
        session.scalars(
            select(EmailChangeRow).where(
                EmailChangeRow.user_id == change.user_id,
                EmailChangeRow.state == EmailChangeState.APPLIED.value,
                EmailChangeRow.settled_at >= change.settled_at,
            )
        )
    )


def _current(session: Session, change: EmailChangeRow, user: UserRow) -> UserRow:
    """Both as they are now that the user is locked."""
    session.refresh(change)
    session.refresh(user, ["email", "email_key", "version"])
    return user


def _check(session: Session, row: EmailTokenRow, change: EmailChangeRow, *, now: datetime.datetime) -> None:
    refusal = REFUSALS.get(_token_state(session, row, change, now=now))
    if refusal is not None:
        raise refusal


def _token_state(
    session: Session, row: EmailTokenRow, change: EmailChangeRow, *, now: datetime.datetime
) -> TokenState:
    """A change that was asked for in a session dies with it: whoever stole the session gets no address by it."""
    state = email_tokens.state(row, now)
    waits = state is TokenState.ISSUED and row.purpose == Purpose.EMAIL_CHANGE.value
    return (
        TokenState.REVOKED
        if waits and not email_changes.is_session_alive(session, change.session_id)
        else state
    )


def _reserve_what_can_be_undone(session: Session, user: UserRow, *, now: datetime.datetime) -> None:
    """Reserve for the user every address that one of their applied changes can still give back."""
    session.execute(delete(ReservedAddressRow).where(ReservedAddressRow.user_id == user.id))
    applied = session.scalars(
        select(EmailChangeRow)
        .where(
            EmailChangeRow.user_id == user.id,
            EmailChangeRow.state == EmailChangeState.APPLIED.value,
            EmailChangeRow.undo_until > now,
            EmailChangeRow.old_email_key != user.email_key,
        )
        .order_by(EmailChangeRow.undo_until)
    )
    for change in applied:
        address_ownership.reserve(session, change.old_email_key, for_user=user, until=change.undo_until)

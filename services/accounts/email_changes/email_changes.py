"""Changes of a user's email address, each pending until the new mailbox confirms it.

It is `pending` for an hour and then `applied`, or else `expired` or `cancelled`; for a week after it was applied the
old mailbox can have it `undone`. What the tokens in the two mailboxes do stands in `confirmations`.

Locks are taken in one order: the address, then the user.
"""

from __future__ import annotations

import dataclasses
import datetime
import uuid

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from accounts import address_ownership, messages
from accounts.email_changes.models import EmailChangeRow
from accounts.email_tokens.models import EmailTokenRow
from accounts.email_tokens.user_tokens import TOKENS, Purpose, TokenIssuer
from accounts.models import UserRow
from accounts.sessions.models import SessionRow
from identity import addresses
from wire.accounts.email_changes import (
    EmailChangeContested,
    EmailChangeNotFound,
    EmailChangeRequested,
    EmailChangeState,
    EmailUnchanged,
)
from wire.values import TokenState

LIFE = datetime.timedelta(minutes=60)


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Begun:
    """A change that was asked for, and whom it would have taken the address from."""

    requested: EmailChangeRequested
    contested: EmailChangeContested | None


def begin(
    session: Session,
    user: UserRow,
    email: str,
    *,
    asked_in: uuid.UUID | None,
    issuer: TokenIssuer,
    now: datetime.datetime,
    is_mailed: bool = True,
) -> Begun:
    """A pending change of a locked user, whose new address is locked too; an older pending one is replaced.

    Somebody else's address, or one that gets no more mail for now (`is_mailed`), gets the same answer, with a token
    that is dead from the start. Raises `EmailUnchanged`.
    """
    email_key = addresses.email_key(email)
    if email_key == user.email_key:
        raise EmailUnchanged
    end_pending(session, user.id, TokenState.SUPERSEDED, now=now)
    change = EmailChangeRow(
        id=uuid.uuid4(),
        account_id=user.account_id,
        user_id=user.id,
        session_id=asked_in,
        old_email=user.email,
        old_email_key=user.email_key,
        new_email=email.strip(),
        new_email_key=email_key,
        state=EmailChangeState.PENDING.value,
        requested_at=now,
        expires_at=now + LIFE,
    )
    session.add(change)
    token = issuer.issue(
        session,
        user,
        Purpose.EMAIL_CHANGE,
        now=now,
        life=LIFE,
        subject_id=change.id,
        email_key=email_key,
    )
    contested = _contested(session, user, change, now=now) if is_mailed else None
    if not is_mailed or not is_free(session, email_key, user, now=now):
        token.state = TokenState.REVOKED.value
    session.flush()
    requested = EmailChangeRequested(
        change_id=change.id,
        link_id=token.id,
        user=messages.as_user(user),
        new_email=change.new_email,
        expires_at=change.expires_at,
    )
    return Begun(requested=requested, contested=contested)


def _contested(
    session: Session, user: UserRow, change: EmailChangeRow, *, now: datetime.datetime
) -> EmailChangeContested | None:
    """What the holder of the address is told; who was only invited under it holds nothing."""
    holder = address_ownership.holding_user(session, change.new_email_key, now=now)
    if holder is None or holder.id == user.id:
        return None
    return EmailChangeContested(user=messages.as_user(holder), email=change.new_email)


def is_free(session: Session, email_key: str, user: UserRow, *, now: datetime.datetime) -> bool:
    """Whether the user may have the address: nobody has verified or kept it, or was invited under it by the same
    account, where an address stands once."""
    known = {
        address_ownership.holder(session, email_key, now=now),
        address_ownership.holder(session, email_key, account_id=user.account_id, now=now),
    }
    return known <= {None, user.id}


def pending(session: Session, user_id: uuid.UUID | None, *, now: datetime.datetime) -> EmailChangeRow:
    """The user's change that still waits. Raises `EmailChangeNotFound`."""
    change = session.scalar(
        select(EmailChangeRow).where(
            EmailChangeRow.user_id == user_id, EmailChangeRow.state == EmailChangeState.PENDING.value
        )
    )
    if change is None or change.expires_at <= now or not is_session_alive(session, change.session_id):
        raise EmailChangeNotFound
    return change


def cancel(session: Session, user_id: uuid.UUID, *, now: datetime.datetime) -> EmailChangeRow:
    """Give the pending change up. Raises `EmailChangeNotFound`."""
    TOKENS.lock(session, user_id)
    change = pending(session, user_id, now=now)
    end_pending(session, user_id, TokenState.REVOKED, now=now)
    return change


def follow(session: Session, old_session: uuid.UUID, new_session: uuid.UUID) -> None:
    """A session goes on as another one: what was asked for in it is asked for in that one."""
    session.execute(
        update(EmailChangeRow)
        .where(
            EmailChangeRow.session_id == old_session,
            EmailChangeRow.state == EmailChangeState.PENDING.value,
        )
        .values(session_id=new_session)
    )


def is_session_alive(session: Session, session_id: uuid.UUID | None) -> bool:
    """Whether the session has not been ended; one that idles may still be."""
    query = select(SessionRow.id).where(SessionRow.id == session_id, SessionRow.ended_at.is_(None))
    return session.scalar(query) is not None


def settle(change: EmailChangeRow, state: EmailChangeState, *, now: datetime.datetime) -> None:
    change.state, change.settled_at = state.value, now


def end_pending(
    session: Session, user_id: uuid.UUID, token_state: TokenState, *, now: datetime.datetime
) -> None:
    """What still waits waits no more, and its token is as `token_state` says."""
    query = select(EmailChangeRow).where(
        EmailChangeRow.user_id == user_id, EmailChangeRow.state == EmailChangeState.PENDING.value
    )
    for change in session.scalars(query):
        is_over = change.expires_at <= now
        settle(change, EmailChangeState.EXPIRED if is_over else EmailChangeState.CANCELLED, now=now)
        if not is_over:
            end_token(session, change.id, Purpose.EMAIL_CHANGE, token_state)
    session.flush()


def end_token(session: Session, change_id: uuid.UUID, purpose: Purpose, state: TokenState) -> None:
    session.execute(
        update(EmailTokenRow)
        .where(
            EmailTokenRow.subject_id == change_id,
            EmailTokenRow.purpose == purpose.value,
            EmailTokenRow.state == TokenState.ISSUED.value,
        )
        .values(state=state.value)
    )

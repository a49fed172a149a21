"""What do the links in two mailboxes do? The one in the new applies a change of address, the one in the old undoes it.

For a week after a change nobody else gets the old address.
"""

from __future__ import annotations

import dataclasses
import datetime
import uuid

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from accounts import addresses
from accounts.email_changes import email_changes
from accounts.email_changes.models import EmailChangeRow
from accounts.email_tokens import email_tokens
from accounts.email_tokens.email_tokens import Purpose
from accounts.email_tokens.models import EmailTokenRow
from accounts.models import KeptAddressRow, UserRow
from wire.accounts.email_changes import EmailChangeCancelled, EmailChangeState
from wire.accounts.email_tokens import EmailToken
from wire.accounts.signup import EmailInUse
from wire.contract import Refusal
from wire.values import TokenState

UNDO_LIFE = datetime.timedelta(days=7)
# What else could still let somebody in by the old address; links to undo a change outlive it.
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
    undo_link_id: uuid.UUID | None = None


def look(session: Session, token_digest: str, purpose: Purpose, *, now: datetime.datetime) -> EmailToken:
    """The link's state, and the address it went to; nothing changes. Raises `EmailTokenUnknown`."""
    row = email_tokens.find(session, token_digest, purpose)
    change = session.get_one(EmailChangeRow, row.subject_id)
    email = change.new_email if purpose is Purpose.EMAIL_CHANGE else change.old_email
    return EmailToken(
        state=_link_state(session, row, change, now=now),
        email_masked=addresses.masked(email),
        expires_at=row.expires_at,
    )


def confirm(session: Session, token_digest: str, *, key: str, now: datetime.datetime) -> Settled:
    """Apply the change: of many confirmations at once one succeeds, and of many users one gets the address.

    Raises the refusal that fits the link, or `EmailInUse`.
    """
    row = email_tokens.find(session, token_digest, Purpose.EMAIL_CHANGE)
    change = session.get_one(EmailChangeRow, row.subject_id)
    _check(session, row, change, now=now)
    addresses.lock(session, change.new_email_key)
    email_tokens.consume(session, row, now=now, refusals=REFUSALS)
    user = _current(session, change, row.user)
    if not email_changes.is_free(session, change.new_email_key, user, now=now):
        raise EmailInUse
    left_email, left_key = user.email, user.email_key
    user.email, user.email_key = change.new_email, change.new_email_key
    user.version += 1
    email_changes.settle(change, EmailChangeState.APPLIED, now=now)
    change.undo_until = now + UNDO_LIFE
    session.flush()
    email_tokens.revoke(session, user.id, *DYING)
    undo = email_tokens.issue(
        session,
        user,
        Purpose.EMAIL_UNDO,
        key=key,
        now=now,
        life=UNDO_LIFE,
        subject_id=change.id,
        email_key=left_key,
    )
    _keep_what_can_be_undone(session, user, now=now)
    return Settled(change=change, user=user, left_email=left_email, undo_link_id=undo.id)


def undo(session: Session, token_digest: str, *, now: datetime.datetime) -> Settled:
    """Give the user the old address back; what came after the change goes with it.

    Raises the refusal that fits the link.
    """
    row = email_tokens.find(session, token_digest, Purpose.EMAIL_UNDO)
    email_tokens.check(row, now, refusals=REFUSALS)
    addresses.claim(session, row.email_key, for_user=row.user_id, now=now)
    email_tokens.consume(session, row, now=now, refusals=REFUSALS)
    change = session.get_one(EmailChangeRow, row.subject_id)
    user = _current(session, change, row.user)
    left_email = user.email
    email_changes.end_pending(session, user.id, TokenState.REVOKED, now=now)
    for later in _applied_since(session, change):
        email_changes.settle(later, EmailChangeState.UNDONE, now=now)
        email_changes.end_link(session, later.id, Purpose.EMAIL_UNDO, TokenState.REVOKED)
    user.email, user.email_key = change.old_email, change.old_email_key
    user.version += 1
    session.flush()
    email_tokens.revoke(session, user.id, *DYING)
    _keep_what_can_be_undone(session, user, now=now)
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
    refusal = REFUSALS.get(_link_state(session, row, change, now=now))
    if refusal is not None:
        raise refusal


def _link_state(
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


def _keep_what_can_be_undone(session: Session, user: UserRow, *, now: datetime.datetime) -> None:
    """Keep for the user every address that one of their applied changes can still give back."""
    session.execute(delete(KeptAddressRow).where(KeptAddressRow.user_id == user.id))
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
        kept = {"user_id": user.id, "account_id": user.account_id, "until": change.undo_until}
        session.execute(
            insert(KeptAddressRow)
            .values(email_key=change.old_email_key, **kept)
            .on_conflict_do_update(index_elements=[KeptAddressRow.email_key], set_=kept)
        )

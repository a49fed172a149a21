"""Login to a cancelled account: no session, but a token that opens its reactivation for a quarter of an hour."""

from __future__ import annotations

import datetime

from sqlalchemy.orm import Session

from accounts.audit_log.actors import Actor
from accounts.cancellation import cancellations
from accounts.models import UserRow
from accounts.sessions import sessions
from accounts.sessions.sessions import OF_USERS, SESSIONS
from wire.accounts.cancellation import AccountIsCancelled
from wire.accounts.sessions import SessionEnd
from wire.values import Role

LIFE = datetime.timedelta(minutes=15)


def account_type(session: Session, user: UserRow) -> str:
    """What the cancelled account was."""
    return "paid" if cancellations.last(session, user.account_id).is_paid else "trial"


def offer(session: Session, user: UserRow, *, by: Actor, now: datetime.datetime) -> AccountIsCancelled:
    """What to say, to be raised once the transaction is over: a right password has led to a cancelled account. Only an
    owner is given a token; it opens the reactivation and the old invoices, and nothing else."""
    if user.role != Role.OWNER.value:
        return AccountIsCancelled(account_type=account_type(session, user))
    opened = sessions.open_for(session, user, by=by, now=now, life=LIFE, is_returning=True)
    return AccountIsCancelled(
        account_type=account_type(session, user),
        token=opened.token,
        expires_at=opened.session.expires_at.isoformat().replace("+00:00", "Z"),
    )


def end_all(session: Session, user: UserRow, *, now: datetime.datetime) -> list[sessions.Ended]:
    """End the sessions that open the reactivation, once the account is back."""
    return OF_USERS.end(
        session,
        SESSIONS.c.account_id == user.account_id,
        SESSIONS.c.is_returning.is_(True),
        now=now,
        reason=SessionEnd.REPLACED,
    )

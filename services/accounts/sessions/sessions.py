"""Sessions of users: what their tokens open, and which user each is of.

How a session is opened with a fresh token, lives and ends stands in `identity.sessions`.
"""

from __future__ import annotations

import dataclasses
import datetime
import uuid

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session as Database
from sqlalchemy.orm import joinedload

from accounts import messages
from accounts.audit_log.actors import Actor
from accounts.models import AccountRow, UserRow
from accounts.sessions.models import SessionRow
from identity import sessions
from wire.accounts.sessions import (
    Identity,
    OpenedSession,
    Session,
    SessionEnd,
    SessionNotFound,
)
from wire.identity import SessionUnknown
from wire.values import AccountStatus

SESSIONS, USERS, ACCOUNTS = SessionRow.__table__, UserRow.__table__, AccountRow.__table__
OF_USERS = sessions.Sessions(SessionRow, holder=SessionRow.user_id, stays=SESSIONS.c.is_remembered)
Ended = sessions.Ended[SessionEnd]


def open_for(
    database: Database,
    user: UserRow,
    *,
    by: Actor,
    now: datetime.datetime,
    life: datetime.timedelta,
    is_remembered: bool = False,
    is_returning: bool = False,
) -> OpenedSession:
    """A new session of this user, whose account is loaded; its token is in the answer and nowhere else."""
    row, token = OF_USERS.open(
        database,
        holder_id=user.id,
        account_id=user.account_id,
        user_agent=by.user_agent,
        ip_address=by.ip_address,
        now=now,
        life=life,
        authenticated_at=now,
        is_remembered=is_remembered,
        is_returning=is_returning,
    )
    return OpenedSession(
        token=token,
        session=messages.as_session(row),
        user=messages.as_user(user),
        account=messages.as_account(user.account),
    )


# Asked for every session every half minute: prepared once, and read without the ORM.
IDENTITY = (
    select(
        SESSIONS.c.id,
        SESSIONS.c.user_id,
        SESSIONS.c.account_id,
        SESSIONS.c.expires_at,
        SESSIONS.c.last_used_at,
        USERS.c.role,
        USERS.c.name,
        USERS.c.email,
        USERS.c.locale,
        SESSIONS.c.authenticated_at,
        SESSIONS.c.is_returning,
    )
    .join(USERS, USERS.c.id == SESSIONS.c.user_id)
    .join(ACCOUNTS, ACCOUNTS.c.id == SESSIONS.c.account_id)
    .where(
        SESSIONS.c.token_digest == bindparam("token_digest"),
        USERS.c.removed_at.is_(None),
        # A log-in may have been under way when the account was cancelled.
        or_(SESSIONS.c.is_returning, ACCOUNTS.c.status != AccountStatus.CANCELLED.value),
        OF_USERS.is_living(now=bindparam("now"), idle_since=bindparam("idle_since")),
    )
)


def identify(
    database: Database, token_digest: str, *, now: datetime.datetime, idle: datetime.timedelta
) -> Identity:
    """Whom the token speaks for. Raises `SessionUnknown` when it ended, expired or idled."""
    values = {"token_digest": token_digest, "now": now, "idle_since": now - idle}
    row = database.connection().execute(IDENTITY, values).one_or_none()
    if row is None:
        raise SessionUnknown
    OF_USERS.note_use(database, row.id, last_used_at=row.last_used_at, now=now)
    return messages.as_identity(row)


def hold(database: Database, user: UserRow) -> UserRow | None:
    """The user again, with the account; nobody else changes how they get in until the transaction ends. None when
    somebody has, since the user was read."""
    return database.scalar(
        select(UserRow)
        .where(
            UserRow.id == user.id,
            UserRow.password_hash == user.password_hash,
            UserRow.removed_at.is_(None),
        )
        .options(joinedload(UserRow.account, innerjoin=True))
        .with_for_update(of=UserRow, key_share=True)
        .execution_options(populate_existing=True)
    )


def living(
    database: Database,
    user_id: uuid.UUID | None,
    *,
    current_id: uuid.UUID | None,
    now: datetime.datetime,
    idle: datetime.timedelta,
) -> list[Session]:
    """A user's living sessions: the current one first, then the last used."""
    rows = database.scalars(
        select(SessionRow)
        .where(SESSIONS.c.user_id == user_id, OF_USERS.is_living(now=now, idle_since=now - idle))
        .order_by(SESSIONS.c.id != current_id, SESSIONS.c.last_used_at.desc(), SESSIONS.c.id)
    )
    return [dataclasses.replace(messages.as_session(row), is_current=row.id == current_id) for row in rows]


def check_own(database: Database, session_id: uuid.UUID, user_id: uuid.UUID | None) -> None:
    """Raise `SessionNotFound` unless this is, or was, a session of this user."""
    owner = database.scalar(select(SESSIONS.c.user_id).where(SESSIONS.c.id == session_id))
    if owner is None or owner != user_id:
        raise SessionNotFound


def current(
    database: Database, session_id: uuid.UUID | None, *, now: datetime.datetime
) -> tuple[SessionRow, UserRow]:
    """The session that asks, with its user and account, locked. Raises `SessionUnknown` when it has just ended."""
    row = database.scalar(
        select(SessionRow)
        .where(SESSIONS.c.id == session_id, SESSIONS.c.ended_at.is_(None), SESSIONS.c.expires_at > now)
        .options(joinedload(SessionRow.user, innerjoin=True).joinedload(UserRow.account, innerjoin=True))
        .with_for_update(of=SessionRow)
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise SessionUnknown
    return row, row.user

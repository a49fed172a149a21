"""Who is logged in? Sessions, opened with a token that is told once, and ended for good."""

from __future__ import annotations

import datetime
import uuid

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session as Database

from accounts import registration, tokens
from accounts.models import SessionRow, UserRow
from wire.accounts import Identity, OpenedSession, Session, SessionRevoked, SessionUnknown
from wire.values import Role

# Being used is noted at most once a minute: a read should not cost a write.
USE_NOTED_EVERY = datetime.timedelta(minutes=1)


def open_for(
    database: Database,
    user: UserRow,
    *,
    now: datetime.datetime,
    hours: int,
    user_agent: str,
    ip_address: str,
) -> OpenedSession:
    """A new session of this user, whose account is loaded; its token is in the answer and nowhere else."""
    token = tokens.new_token()
    row = SessionRow(
        id=uuid.uuid4(),
        account_id=user.account_id,
        user_id=user.id,
        token_digest=tokens.digest(token),
        created_at=now,
        last_used_at=now,
        expires_at=now + datetime.timedelta(hours=hours),
        user_agent=user_agent[:300],
        ip_address=ip_address[:45],
    )
    database.add(row)
    return OpenedSession(
        token=token,
        session=as_session(row),
        user=registration.as_user(user),
        account=registration.as_account(user.account),
    )


SESSIONS, USERS = SessionRow.__table__, UserRow.__table__

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
    )
    .join(USERS, USERS.c.id == SESSIONS.c.user_id)
    .where(
        SESSIONS.c.token_digest == bindparam("token_digest"),
        SESSIONS.c.ended_at.is_(None),
        SESSIONS.c.expires_at > bindparam("now"),
        SESSIONS.c.last_used_at > bindparam("idle_since"),
    )
)
NOTE_USE = (
    update(SessionRow).where(SESSIONS.c.id == bindparam("session_id")).values(last_used_at=bindparam("now"))
)


def identify(
    database: Database, token_digest: str, *, now: datetime.datetime, idle: datetime.timedelta
) -> Identity:
    """Whom the token speaks for. Raises `SessionUnknown` when it ended, expired or idled."""
    connection = database.connection()
    asked = {"token_digest": token_digest, "now": now, "idle_since": now - idle}
    row = connection.execute(IDENTITY, asked).one_or_none()
    if row is None:
        raise SessionUnknown
    if now - row.last_used_at > USE_NOTED_EVERY:
        connection.execute(NOTE_USE, {"session_id": row.id, "now": now})
    return Identity(
        session_id=row.id,
        user_id=row.user_id,
        account_id=row.account_id,
        role=Role(row.role),
        name=row.name,
        email=row.email,
        locale=row.locale,
        expires_at=row.expires_at,
    )


def end(
    database: Database, session_id: uuid.UUID, *, user_id: uuid.UUID | None, now: datetime.datetime
) -> SessionRevoked | None:
    """End one of the user's sessions; None when there was nothing to end."""
    ended = database.scalar(
        update(SessionRow)
        .where(SessionRow.id == session_id, SessionRow.user_id == user_id, SessionRow.ended_at.is_(None))
        .values(ended_at=now)
        .returning(SessionRow.id)
    )
    if ended is None or user_id is None:
        return None
    return SessionRevoked(session_id=session_id, user_id=user_id)


def as_session(row: SessionRow) -> Session:
    return Session(
        id=row.id,
        user_id=row.user_id,
        created_at=row.created_at,
        expires_at=row.expires_at,
        user_agent=row.user_agent,
        ip_address=row.ip_address,
    )

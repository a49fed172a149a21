"""Sessions: opened with a token that is given out once, identified by it, and ended for good."""

from __future__ import annotations

import dataclasses
import datetime
import uuid

from sqlalchemy import ColumnElement, and_, bindparam, or_, select, update
from sqlalchemy.orm import Session as Database
from sqlalchemy.orm import joinedload

from accounts import messages
from accounts.audit_log.actors import Actor
from accounts.models import AccountRow, UserRow
from accounts.sessions.models import SessionRow
from identity import tokens
from wire.accounts.sessions import Identity, OpenedSession, Session, SessionEnd, SessionNotFound
from wire.identity import SessionUnknown
from wire.values import AccountStatus

# Being used is noted at most once a minute: a read should not cost a write.
USE_NOTED_EVERY = datetime.timedelta(minutes=1)
# A user who logs in once more ends the oldest session.
LIVING_MAX = 50


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
    token = tokens.new_token()
    row = SessionRow(
        id=uuid.uuid4(),
        account_id=user.account_id,
        user_id=user.id,
        token_digest=tokens.digest(token),
        created_at=now,
        last_used_at=now,
        authenticated_at=now,
        expires_at=now + life,
        is_remembered=is_remembered,
        is_returning=is_returning,
        user_agent=by.user_agent[:300],
        ip_address=by.ip_address[:45],
    )
    database.add(row)
    return OpenedSession(
        token=token,
        session=messages.as_session(row),
        user=messages.as_user(user),
        account=messages.as_account(user.account),
    )


SESSIONS, USERS, ACCOUNTS = SessionRow.__table__, UserRow.__table__, AccountRow.__table__

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
        SESSIONS.c.ended_at.is_(None),
        SESSIONS.c.expires_at > bindparam("now"),
        or_(SESSIONS.c.is_remembered, SESSIONS.c.last_used_at > bindparam("idle_since")),
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
    values = {"token_digest": token_digest, "now": now, "idle_since": now - idle}
    row = connection.execute(IDENTITY, values).one_or_none()
    if row is None:
        raise SessionUnknown
    if now - row.last_used_at > USE_NOTED_EVERY:
        connection.execute(NOTE_USE, {"session_id": row.id, "now": now})
    return messages.as_identity(row)


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Ended:
    """A session that was alive until now."""

    id: uuid.UUID
    user_id: uuid.UUID
    account_id: uuid.UUID
    reason: SessionEnd


def end(
    database: Database, *which: ColumnElement[bool], now: datetime.datetime, reason: SessionEnd
) -> list[Ended]:
    """End the living sessions that meet all of the conditions on `SESSIONS`; returns what it ended, to be announced."""
    rows = database.execute(
        update(SessionRow)
        .where(SESSIONS.c.ended_at.is_(None), SESSIONS.c.expires_at > now, *which)
        .values(ended_at=now)
        .returning(SessionRow.id, SessionRow.user_id, SessionRow.account_id)
    )
    return [Ended(id=row.id, user_id=row.user_id, account_id=row.account_id, reason=reason) for row in rows]


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


def make_room(
    database: Database, user_id: uuid.UUID, *, now: datetime.datetime, idle: datetime.timedelta
) -> list[Ended]:
    """End the oldest of a user's sessions, so that with one more there are not too many."""
    kept = (
        select(SESSIONS.c.id)
        .where(SESSIONS.c.user_id == user_id, _is_living(now, idle))
        .order_by(SESSIONS.c.created_at.desc(), SESSIONS.c.id)
        .limit(LIVING_MAX - 1)
    )
    excess = (SESSIONS.c.user_id == user_id, _is_living(now, idle), SESSIONS.c.id.not_in(kept))
    return end(database, *excess, now=now, reason=SessionEnd.TOO_MANY)


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
        .where(SESSIONS.c.user_id == user_id, _is_living(now, idle))
        .order_by(SESSIONS.c.id != current_id, SESSIONS.c.last_used_at.desc(), SESSIONS.c.id)
    )
    return [dataclasses.replace(messages.as_session(row), is_current=row.id == current_id) for row in rows]


def _is_living(now: datetime.datetime, idle: datetime.timedelta) -> ColumnElement[bool]:
    return and_(
        SESSIONS.c.ended_at.is_(None),
        SESSIONS.c.expires_at > now,
        or_(SESSIONS.c.is_remembered, SESSIONS.c.last_used_at > now - idle),
    )


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

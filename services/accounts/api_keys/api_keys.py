"""API keys: named, with scopes, given out once, known by digest, revoked for good."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable

from sqlalchemy import ColumnElement, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from accounts import messages
from accounts.api_keys.models import ApiKeyRow
from accounts.models import AccountRow, UserRow
from identity import tokens
from wire.accounts.api_keys import (
    ApiKey,
    ApiKeyLimitReached,
    ApiKeyNotFound,
    ApiKeyUnknown,
    CreateApiKey,
    CreatedApiKey,
    ExpiryPassed,
    KeyIdentity,
    ScopeNotAllowed,
)
from wire.contract import FieldError
from wire.permissions import OF_KEYS, OF_ROLE, Permission
from wire.values import AccountStatus, Role

MARK = "fd_live_"
PREFIX_LENGTH = len(MARK) + 4
LIVING_MAX = 50
USE_NOTED_EVERY = datetime.timedelta(minutes=1)

KEYS, USERS, ACCOUNTS = ApiKeyRow.__table__, UserRow.__table__, AccountRow.__table__

# Asked for every key every half minute: prepared once, and read without the ORM.
IDENTITY = (
    select(
        KEYS.c.id,
        KEYS.c.account_id,
        KEYS.c.scopes,
        KEYS.c.expires_at,
        KEYS.c.last_used_at,
        ACCOUNTS.c.locale,
        USERS.c.role,
    )
    .join(ACCOUNTS, ACCOUNTS.c.id == KEYS.c.account_id)
    .join(USERS, USERS.c.id == KEYS.c.created_by)
    .where(
        USERS.c.removed_at.is_(None),
        KEYS.c.token_digest == bindparam("token_digest"),
        KEYS.c.revoked_at.is_(None),
        or_(KEYS.c.expires_at.is_(None), KEYS.c.expires_at > bindparam("now")),
        ACCOUNTS.c.status != AccountStatus.CANCELLED.value,
    )
)
NOTE_USE = update(ApiKeyRow).where(KEYS.c.id == bindparam("key_id")).values(last_used_at=bindparam("now"))


def create(
    session: Session, request: CreateApiKey, *, by: uuid.UUID | None, now: datetime.datetime
) -> tuple[ApiKeyRow, CreatedApiKey]:
    """A new key of the account that `by`, a user, works in; the key itself is in the answer and nowhere else.

    Raises `ScopeNotAllowed`, `ExpiryPassed` or `ApiKeyLimitReached`.
    """
    creator = session.execute(
        select(USERS.c.id, USERS.c.account_id, USERS.c.name, USERS.c.role).where(USERS.c.id == by)
    ).one()
    _check_scopes(request.scopes, Role(creator.role))
    if request.expires_at is not None and request.expires_at <= now:
        raise ExpiryPassed(errors=(FieldError(pointer="/expires_at", code=ExpiryPassed.code),))
    _check_room(session, creator.account_id, now=now)
    token = MARK + tokens.new_token()
    row = ApiKeyRow(
        id=uuid.uuid4(),
        account_id=creator.account_id,
        created_by=creator.id,
        name=request.name.strip(),
        prefix=token[:PREFIX_LENGTH],
        token_digest=tokens.digest(token),
        scopes=[scope.value for scope in Permission if scope in request.scopes],
        created_at=now,
        expires_at=request.expires_at,
    )
    session.add(row)
    session.flush()
    return row, CreatedApiKey(token=token, api_key=_as_api_key(row, creator.name, creator.role))


def _check_scopes(scopes: tuple[Permission, ...], role: Role) -> None:
    """Nobody gives a key what they do not have themselves."""
    allowed = OF_KEYS & OF_ROLE[role]
    errors = tuple(
        FieldError(pointer=f"/scopes/{place}", code=ScopeNotAllowed.code)
        for place, scope in enumerate(scopes)
        if scope not in allowed
    )
    if errors:
        raise ScopeNotAllowed(errors=errors)


def _check_room(session: Session, account_id: uuid.UUID, *, now: datetime.datetime) -> None:
    """One at a time makes a key: two at once would both find room for the last one."""
    session.execute(select(ACCOUNTS.c.id).where(ACCOUNTS.c.id == account_id).with_for_update(key_share=True))
    count = session.scalar(select(func.count()).select_from(KEYS).where(*_living(account_id, now)))
    if count is not None and count >= LIVING_MAX:
        raise ApiKeyLimitReached(limit=LIVING_MAX)


def living(session: Session, account_id: uuid.UUID | None, *, now: datetime.datetime) -> list[ApiKey]:
    """The account's keys that can be used, the newest first."""
    rows = session.execute(
        select(ApiKeyRow, USERS.c.name, USERS.c.role)
        .join(USERS, USERS.c.id == KEYS.c.created_by)
        .where(*_living(account_id, now))
        .order_by(KEYS.c.created_at.desc(), KEYS.c.id)
    )
    return [_as_api_key(row, name, role) for row, name, role in rows]


def _living(account_id: uuid.UUID | None, now: datetime.datetime) -> tuple[ColumnElement[bool], ...]:
    is_unexpired = or_(KEYS.c.expires_at.is_(None), KEYS.c.expires_at > now)
    return KEYS.c.account_id == account_id, KEYS.c.revoked_at.is_(None), is_unexpired


def revoke(
    session: Session, key_id: uuid.UUID, *, account_id: uuid.UUID | None, now: datetime.datetime
) -> ApiKeyRow | None:
    """End a key; None when it had ended before. Raises `ApiKeyNotFound` for one that is not the account's."""
    row = session.scalar(
        select(ApiKeyRow)
        .where(KEYS.c.id == key_id, KEYS.c.account_id == account_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise ApiKeyNotFound
    if row.revoked_at is not None:
        return None
    row.revoked_at = now
    return row


def identify(session: Session, token_digest: str, *, now: datetime.datetime) -> KeyIdentity:
    """What the key speaks for: never more than whoever made it may do now. Raises `ApiKeyUnknown` when it was revoked,
    has expired, or its account is cancelled."""
    connection = session.connection()
    row = connection.execute(IDENTITY, {"token_digest": token_digest, "now": now}).one_or_none()
    if row is None:
        raise ApiKeyUnknown
    if row.last_used_at is None or now - row.last_used_at > USE_NOTED_EVERY:
        connection.execute(NOTE_USE, {"key_id": row.id, "now": now})
    return messages.as_key_identity(row, scopes=_within(row.scopes, Role(row.role)))


def revoke_all_of(session: Session, user_id: uuid.UUID, *, now: datetime.datetime) -> list[ApiKeyRow]:
    """End the keys that a user made; those that had not ended before."""
    rows = session.scalars(
        select(ApiKeyRow)
        .where(KEYS.c.created_by == user_id, KEYS.c.revoked_at.is_(None))
        .order_by(KEYS.c.id)
        .with_for_update()
    ).all()
    for row in rows:
        row.revoked_at = now
    return list(rows)


def _within(scopes: Iterable[str], role: Role) -> tuple[Permission, ...]:
    """What is left of a key's scopes when whoever made it has this role."""
    return tuple(Permission(scope) for scope in scopes if scope in OF_ROLE[role])


def _as_api_key(row: ApiKeyRow, creator_name: str, creator_role: str) -> ApiKey:
    return messages.as_api_key(row, scopes=_within(row.scopes, Role(creator_role)), created_by=creator_name)

"""Roles of users, and who may decide about whom.

Owners decide about everybody, administrators and API keys about everybody but owners, and nobody about their own role.
An account has an owner who can log in, always.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.api_keys.models import ApiKeyRow
from accounts.audit_log.actors import Actor, ActorKind
from accounts.models import UserRow
from wire.accounts.users import LastOwner, RoleNotAllowed
from wire.values import Role

MANAGERS = frozenset({Role.OWNER, Role.ADMIN})


def check_decision(session: Session, row: UserRow, *, to: Role | None, by: Actor) -> None:
    """Whether who acts may make this user `to`, or remove them where it is None."""
    is_owner = row.role == Role.OWNER.value
    rank = _rank(session, by)
    if is_owner and rank is Role.ADMIN:
        raise RoleNotAllowed
    if is_owner and to is not Role.OWNER and _is_last_owner(session, row):
        raise LastOwner
    check_rank(session, by, is_about_owner=is_owner or to is Role.OWNER)
    if row.id == by.id and to is not None and to.value != row.role:
        raise RoleNotAllowed


def check_rank(session: Session, by: Actor, *, is_about_owner: bool) -> None:
    """Asked under the lock: who acts may have lost their role since the request was admitted."""
    rank = _rank(session, by)
    if rank not in MANAGERS or (is_about_owner and rank is not Role.OWNER):
        raise RoleNotAllowed


def _rank(session: Session, by: Actor) -> Role | None:
    """An API key has the rank of who made it, and an administrator's at most; who was removed has none."""
    query = select(UserRow.role).where(UserRow.id == by.id, UserRow.removed_at.is_(None))
    if by.kind is ActorKind.API_KEY:
        maker = select(ApiKeyRow.created_by).where(ApiKeyRow.id == by.id).scalar_subquery()
        query = select(UserRow.role).where(UserRow.id == maker, UserRow.removed_at.is_(None))
    role = session.scalar(query)
    if role == Role.OWNER.value and by.kind is ActorKind.API_KEY:
        return Role.ADMIN
    return None if role is None else Role(role)


def _is_last_owner(session: Session, row: UserRow) -> bool:
    """Whether nobody else is an owner who can log in: one who was only invited might never come."""
    other = select(UserRow.id).where(
        UserRow.account_id == row.account_id,
        UserRow.role == Role.OWNER.value,
        UserRow.verified_at.is_not(None),
        UserRow.removed_at.is_(None),
        UserRow.id != row.id,
    )
    return session.scalar(other.limit(1)) is None

"""Users of an account at every stage, for the tests of this folder."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from sqlalchemy.orm import Session

from accounts.api_keys.models import ApiKeyRow
from accounts.audit_log.actors import Actor, ActorKind
from accounts.models import AccountRow, UserRow
from accounts.users import users
from identity import tokens
from tests.accounts.conftest import NOW, store
from wire.accounts.users import ChangeUser, InviteUser
from wire.values import Role

KEY = "k" * 48
MINUTE = datetime.timedelta(minutes=1)


def by(user: UserRow) -> Actor:
    return Actor(kind=ActorKind.USER, id=user.id)


def founded(session: Session, **changes: Any) -> tuple[AccountRow, UserRow]:
    """An account whose owner has activated."""
    account, owner = store(session, **changes)
    owner.verified_at, owner.password_hash = NOW, "a hash"
    session.flush()
    return account, owner


def invite(
    session: Session,
    actor: UserRow | Actor,
    *,
    maximum: int = 500,
    now: datetime.datetime = NOW,
    **changes: Any,
) -> UserRow:
    values = {
        "name": "Bob",
        "email": f"bob.{uuid.uuid4().hex[:8]}@example.com",
        "role": Role.AGENT,
        **changes,
    }
    account_id = values.pop("account_id", None) or getattr(actor, "account_id", None)
    account = users.lock(session, account_id)
    acting = actor if isinstance(actor, Actor) else by(actor)
    return users.invite(session, account, InviteUser(**values), by=acting, now=now, trial_users_max=maximum)


def joined(session: Session, actor: UserRow, role: Role, **changes: Any) -> UserRow:
    """Somebody who was invited and has activated."""
    user = invite(session, actor, role=role, **changes)
    user.verified_at, user.password_hash = NOW, "a hash"
    session.flush()
    return user


def change(session: Session, actor: UserRow | Actor, user: UserRow, **changes: Any) -> users.Change:
    acting = actor if isinstance(actor, Actor) else by(actor)
    request = ChangeUser(user_id=user.id, **changes)
    return users.change(session, user.account_id, request, by=acting)


def remove(session: Session, actor: UserRow | Actor, user: UserRow) -> UserRow | None:
    acting = actor if isinstance(actor, Actor) else by(actor)
    return users.remove(session, user.account_id, user.id, by=acting, now=NOW)


def made_key(session: Session, owner: UserRow) -> Actor:
    row = ApiKeyRow(
        id=uuid.uuid4(),
        account_id=owner.account_id,
        created_by=owner.id,
        name="sync",
        prefix="fd_",
        token_digest=tokens.digest(tokens.new_token()),
        scopes=["users:write"],
        created_at=NOW,
    )
    session.add(row)
    session.flush()
    return Actor(kind=ActorKind.API_KEY, id=row.id)

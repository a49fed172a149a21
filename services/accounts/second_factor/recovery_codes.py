"""Recovery codes: ten single-use codes that replace a lost authenticator app.

A code has 50 random bits. The database keeps an HMAC of it under a key of its own: whoever steals the database cannot
try codes against it.
"""

from __future__ import annotations

import datetime
import hashlib
import hmac
import secrets
import uuid

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from accounts.models import UserRow
from accounts.second_factor.models import RecoveryCodeRow

COUNT = 10
GROUPS = 2
GROUP_LENGTH = 5
# Neither 0 and o nor 1, i and l: they look alike on paper.
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


def renew(session: Session, user: UserRow, *, key: str) -> tuple[str, ...]:
    """Ten new codes, told once; those before work no more."""
    discard(session, user.id)
    codes = tuple(_new() for _ in range(COUNT))
    rows = [
        {
            "id": uuid.uuid4(),
            "account_id": user.account_id,
            "user_id": user.id,
            "code_digest": digest(code, user.id, key),
        }
        for code in codes
    ]
    session.execute(insert(RecoveryCodeRow), rows)
    return codes


def use(session: Session, user_id: uuid.UUID, code: str, *, key: str, now: datetime.datetime) -> bool:
    """Whether it was one of the user's codes; it is used up then. Of many uses at once one succeeds."""
    used = session.scalar(
        update(RecoveryCodeRow)
        .where(
            RecoveryCodeRow.user_id == user_id,
            RecoveryCodeRow.code_digest == digest(code, user_id, key),
            RecoveryCodeRow.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCodeRow.id)
    )
    return used is not None


def left(session: Session, user_id: uuid.UUID) -> int:
    return (
        session.scalar(
            select(func.count())
            .select_from(RecoveryCodeRow)
            .where(RecoveryCodeRow.user_id == user_id, RecoveryCodeRow.used_at.is_(None))
        )
        or 0
    )


def discard(session: Session, user_id: uuid.UUID) -> None:
    session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.user_id == user_id))


def digest(code: str, user_id: uuid.UUID, key: str) -> str:
    """What is stored and looked up in place of a code, however it was typed."""
    plain = "".join(char for char in code.lower() if char.isalnum())
    return hmac.new(key.encode(), f"recovery code:{user_id}:{plain}".encode(), hashlib.sha256).hexdigest()


def _new() -> str:
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS))
    return "-".join(groups)

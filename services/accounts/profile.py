"""What does a user see of themselves?"""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from accounts import registration
from accounts.models import UserRow
from wire.accounts import Me, UserUnknown


def me(session: Session, user_id: uuid.UUID | None) -> Me:
    """The user and the account. Raises `UserUnknown`, also for a user of another account."""
    row = session.scalar(select(UserRow).where(UserRow.id == user_id).options(joinedload(UserRow.account)))
    if row is None:
        raise UserUnknown
    return Me(user=registration.as_user(row), account=registration.as_account(row.account))


def own_words(user: UserRow) -> tuple[str, ...]:
    """Words that a password of this user must not be made of."""
    local, _, domain = user.email_key.partition("@")
    return (
        user.email_key,
        local,
        domain.partition(".")[0],
        *user.name.split(),
        *user.account.company_name.split(),
    )

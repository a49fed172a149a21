"""What does a user see of themselves?"""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, select

from accounts.models import AccountRow, UserRow
from wire.accounts import Account, Me, User, UserUnknown
from wire.values import AccountStatus, Role

USERS, ACCOUNTS = UserRow.__table__, AccountRow.__table__
USER_FIELDS = tuple(field.name for field in dataclasses.fields(User))
ACCOUNT_FIELDS = tuple(field.name for field in dataclasses.fields(Account))

# Asked with every page and by every program: prepared once, and read without the ORM, which would take four times
# as long.
ME = (
    select(
        *(USERS.c[name].label(f"user_{name}") for name in USER_FIELDS if name in USERS.c),
        USERS.c.verified_at.is_not(None).label("user_is_verified"),
        *(ACCOUNTS.c[name].label(f"account_{name}") for name in ACCOUNT_FIELDS),
    )
    .join(ACCOUNTS, ACCOUNTS.c.id == USERS.c.account_id)
    .where(USERS.c.id == bindparam("user_id"))
)


def me(connection: Connection, user_id: uuid.UUID | None) -> Me:
    """The user and the account. Raises `UserUnknown`, also for a user of another account."""
    row = connection.execute(ME, {"user_id": user_id}).mappings().one_or_none()
    if row is None:
        raise UserUnknown
    user = _picked(row, "user_", USER_FIELDS)
    account = _picked(row, "account_", ACCOUNT_FIELDS)
    return Me(
        user=User(**{**user, "role": Role(user["role"])}),
        account=Account(**{**account, "status": AccountStatus(account["status"])}),
    )


def _picked(row: Mapping[Any, Any], prefix: str, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: row[prefix + name] for name in names}


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

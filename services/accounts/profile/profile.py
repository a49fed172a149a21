"""A user's own data and the account's, as they are read and changed."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, exc, select
from sqlalchemy.orm import Session, joinedload

from accounts.countries import COUNTRIES
from accounts.models import AccountRow, UserRow
from identity import addresses
from wire.absent import ABSENT, given
from wire.accounts.profile import AccountUnknown, Me, SlugInUse, UpdateAccount, UpdateMe
from wire.accounts.signup import CountryUnknown
from wire.accounts.tenancy import Account, User, UserUnknown
from wire.contract import JsonValue
from wire.values import AccountStatus, Role
from wire.versions import VersionStale

USERS, ACCOUNTS = UserRow.__table__, AccountRow.__table__
USER_FIELDS = tuple(field.name for field in dataclasses.fields(User))
ACCOUNT_FIELDS = tuple(field.name for field in dataclasses.fields(Account))
SLUG_CONSTRAINT = "uq_accounts_slug"

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
ACCOUNT = select(*(ACCOUNTS.c[name].label(f"account_{name}") for name in ACCOUNT_FIELDS)).where(
    ACCOUNTS.c.id == bindparam("account_id")
)


def me(connection: Connection, user_id: uuid.UUID | None) -> Me:
    """The user and the account. Raises `UserUnknown`, also for a user of another account."""
    row = connection.execute(ME, {"user_id": user_id}).mappings().one_or_none()
    if row is None:
        raise UserUnknown
    user = _picked(row, "user_", USER_FIELDS)
    return Me(user=User(**{**user, "role": Role(user["role"])}), account=_account(row))


def account(connection: Connection, account_id: uuid.UUID | None) -> Account:
    """The account alone, which an API key may read too. Raises `AccountUnknown`."""
    row = connection.execute(ACCOUNT, {"account_id": account_id}).mappings().one_or_none()
    if row is None:
        raise AccountUnknown
    return _account(row)


def _account(row: Mapping[Any, Any]) -> Account:
    found = _picked(row, "account_", ACCOUNT_FIELDS)
    return Account(**{**found, "status": AccountStatus(found["status"])})


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


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """What a change changed, and from what. One that changed nothing is false."""

    previous: Mapping[str, JsonValue]

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(self.previous)

    def __bool__(self) -> bool:
        return bool(self.previous)


def locked_user(session: Session, user_id: uuid.UUID | None) -> UserRow:
    """The user with the account, for one change at a time. Raises `UserUnknown`."""
    user = session.scalar(
        select(UserRow)
        .where(UserRow.id == user_id, UserRow.removed_at.is_(None))
        .options(joinedload(UserRow.account))
        .with_for_update(of=UserRow, key_share=True)
        .execution_options(populate_existing=True)
    )
    if user is None:
        raise UserUnknown
    return user


def locked_account(session: Session, account_id: uuid.UUID | None) -> AccountRow:
    """The account, for one change at a time. Raises `AccountUnknown`."""
    row = session.scalar(
        select(AccountRow)
        .where(AccountRow.id == account_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise AccountUnknown
    return row


def needs_password(user: UserRow, request: UpdateMe) -> bool:
    """Whether the change is one that a session alone must not make. Raises `PhoneInvalid`."""
    return request.email is not ABSENT or _wanted(user, request).get("phone", user.phone) != user.phone


def update_user(user: UserRow, request: UpdateMe) -> Change:
    """Change a locked user's own data. Raises `VersionStale` or `PhoneInvalid`, and has changed nothing then."""
    is_stale = request.user_version not in (None, user.version)
    if is_stale or request.account_version not in (None, user.account.version):
        raise VersionStale
    return _applied(user, _wanted(user, request))


def update_account(session: Session, row: AccountRow, request: UpdateAccount) -> Change:
    """Change a locked account's data. Raises `VersionStale`, `CountryUnknown` or `SlugInUse`."""
    if request.version not in (None, row.version):
        raise VersionStale
    if request.country is not ABSENT and request.country not in COUNTRIES:
        raise CountryUnknown(request.country)
    values = {name: value for name, value in given(request).items() if name != "version"}
    try:
        with session.begin_nested():
            change = _applied(row, _tidy(values, "company_name"))
            session.flush()
    except exc.IntegrityError as error:
        if SLUG_CONSTRAINT in str(error.orig):
            raise SlugInUse from None
        raise
    return change


def _wanted(user: UserRow, request: UpdateMe) -> dict[str, Any]:
    """What the user's columns shall hold, as far as the request names them."""
    named = ("name", "phone", "locale", "time_zone")
    values = {name: value for name, value in given(request).items() if name in named}
    if values.get("phone") is not None:
        values["phone"] = addresses.phone_number(values["phone"], user.account.country)
    return _tidy(values, "name")


def _tidy(values: dict[str, Any], name: str) -> dict[str, Any]:
    return {**values, name: values[name].strip()} if name in values else values


def _applied(row: UserRow | AccountRow, values: Mapping[str, Any]) -> Change:
    """Only what differs counts: a change that changes nothing leaves the version as it is."""
    previous = {name: getattr(row, name) for name in values if getattr(row, name) != values[name]}
    for name in previous:
        setattr(row, name, values[name])
    if previous:
        row.version += 1
    return Change(previous=previous)

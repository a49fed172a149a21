"""How does an account begin? Its tenant row, its owner, its trial, and a slug for its portal."""

from __future__ import annotations

import datetime
import re
import secrets
import unicodedata
import uuid

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, joinedload

from accounts import addresses
from accounts.countries import COUNTRIES
from accounts.models import AccountRow, UserRow
from wire.accounts import Account, CountryUnknown, CreateAccount, Registration, User
from wire.values import AccountStatus, Role

SLUG_LENGTH_MAX = 40


def slug_of(company_name: str) -> str:
    """The company's name as a URL can hold it, with a random tail: two companies may share a name."""
    plain = unicodedata.normalize("NFKD", company_name).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:SLUG_LENGTH_MAX].strip("-")
    return f"{words or 'account'}-{secrets.token_hex(3)}"


def draft(request: CreateAccount, *, now: datetime.datetime, trial_days: int) -> tuple[AccountRow, UserRow]:
    """The rows of a new account, not stored. Raises `CountryUnknown`, `EmailInvalid` or `PhoneInvalid`."""
    if request.country not in COUNTRIES:
        raise CountryUnknown(request.country)
    account = AccountRow(
        id=uuid.uuid4(),
        company_name=request.company_name.strip(),
        slug=slug_of(request.company_name),
        country=request.country,
        locale=request.locale,
        time_zone=request.time_zone,
        status=AccountStatus.TRIAL.value,
        trial_ends_at=now + datetime.timedelta(days=trial_days),
        created_at=now,
    )
    owner = UserRow(
        id=uuid.uuid4(),
        account_id=account.id,
        name=request.owner_name.strip(),
        email=request.owner_email.strip(),
        email_key=addresses.email_key(request.owner_email),
        phone=None
        if request.owner_phone is None
        else addresses.phone_number(request.owner_phone, request.country),
        locale=request.locale,
        time_zone=request.time_zone,
        role=Role.OWNER.value,
        created_at=now,
    )
    return account, owner


def store(session: Session, account: AccountRow, owner: UserRow) -> bool:
    """Store both; False, with nothing stored, when the owner's address already has a user."""
    if user_of_address(session, owner.email_key) is not None:
        return False
    with session.begin_nested() as attempt:
        session.execute(insert(AccountRow).values(_values(account)))
        made = session.scalar(
            insert(UserRow).values(_values(owner)).on_conflict_do_nothing().returning(UserRow.id)
        )
        if made is None:
            # Somebody signed up with the same address in this very moment.
            attempt.rollback()
    return made is not None


def user_of_address(session: Session, email_key: str | None) -> UserRow | None:
    """The user with this address, with the account loaded; None when there is none."""
    query = select(UserRow).where(UserRow.email_key == email_key).options(joinedload(UserRow.account))
    return session.scalar(query)


def registered(account: AccountRow, owner: UserRow) -> Registration:
    return Registration(account=as_account(account), owner=as_user(owner))


def as_account(row: AccountRow) -> Account:
    return Account(
        id=row.id,
        company_name=row.company_name,
        slug=row.slug,
        country=row.country,
        locale=row.locale,
        time_zone=row.time_zone,
        status=AccountStatus(row.status),
        trial_ends_at=row.trial_ends_at,
        created_at=row.created_at,
    )


def as_user(row: UserRow) -> User:
    return User(
        id=row.id,
        account_id=row.account_id,
        name=row.name,
        email=row.email,
        phone=row.phone,
        locale=row.locale,
        time_zone=row.time_zone,
        role=Role(row.role),
        is_verified=row.verified_at is not None,
        created_at=row.created_at,
    )


def _values(row: AccountRow | UserRow) -> dict[str, object]:
    return {column.key: getattr(row, column.key) for column in row.__table__.columns}

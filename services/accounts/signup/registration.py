"""Registration of an account: its row, its owner, its trial, and a slug for its portal."""

from __future__ import annotations

import datetime
import re
import secrets
import unicodedata
import uuid

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from accounts import address_ownership
from accounts.countries import COUNTRIES
from accounts.models import AccountRow, UserRow
from identity import addresses
from wire.accounts.signup import CountryUnknown, CreateAccount
from wire.values import AccountStatus, Role

SLUG_LENGTH_MAX = 40
TRIAL_PLAN = "trial"


def slug_of(company_name: str) -> str:
    """The company's name as a URL can hold it, with a random tail: ten thousand companies may share a name, and still
    two tails are alike once in twenty thousand times."""
    plain = unicodedata.normalize("NFKD", company_name).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:SLUG_LENGTH_MAX].strip("-")
    return f"{words or 'account'}-{secrets.token_hex(5)}"


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
        plan=TRIAL_PLAN,
        version=1,
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
        has_second_factor=False,
        version=1,
    )
    return account, owner


def store(session: Session, account: AccountRow, owner: UserRow, *, now: datetime.datetime) -> UserRow | None:
    """Store both; or nothing, when the owner's address already has a user, who is returned with the account loaded."""
    address_ownership.lock(session, owner.email_key)
    known = user_of_address(session, owner.email_key)
    if known is None:
        known = address_ownership.holding_user(session, owner.email_key, now=now)
    if known is None:
        add(session, account, owner)
    return known


def add(session: Session, account: AccountRow, owner: UserRow) -> None:
    """Both rows, whoever has the owner's address."""
    session.add_all([account, owner])
    session.flush()


def user_of_address(session: Session, email_key: str | None) -> UserRow | None:
    """The user with this address, with the account loaded: who verified it, else who signed up first with it; None
    when there is none. One who was only invited is nobody yet."""
    query = (
        select(UserRow)
        .where(UserRow.email_key == email_key, UserRow.removed_at.is_(None))
        .where(or_(UserRow.verified_at.is_not(None), UserRow.role == Role.OWNER.value))
        .order_by(UserRow.verified_at.is_(None), UserRow.created_at)
        .limit(1)
        .options(joinedload(UserRow.account))
    )
    return session.scalar(query)

"""Rows of accounts and users as the messages of the contract."""

from __future__ import annotations

from accounts.models import AccountRow, UserRow
from wire.accounts.tenancy import Account, User
from wire.values import AccountStatus, Role


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
        plan=row.plan,
        period_ends_at=row.period_ends_at,
        cancels_at=row.cancels_at,
        cancelled_at=row.cancelled_at,
        version=row.version,
        external_id=row.external_id,
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
        has_second_factor=row.has_second_factor,
        version=row.version,
        external_id=row.external_id,
    )

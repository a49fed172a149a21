"""What contacts knows of an account: its name, the address of its portal, its language and its time zone."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from contacts.tenants.models import TenantRow
from wire.accounts.tenancy import Account
from wire.values import AccountStatus

# What accounts answered when it was asked is older than any event that comes afterwards.
ASKED = 0


def find(session: Session, account_id: uuid.UUID) -> TenantRow | None:
    """The account, as far as it is known."""
    return session.get(TenantRow, account_id)


def find_by_slug(session: Session, slug: str) -> TenantRow | None:
    """The account whose portal has this address; of two that a late event leaves with one address, the newer."""
    return session.scalar(
        select(TenantRow).where(TenantRow.slug == slug).order_by(TenantRow.sequence.desc()).limit(1)
    )


def keep(session: Session, account: Account, *, sequence: int = ASKED) -> None:
    """Keep what was told of the account, unless something newer was told already."""
    values = {
        "company_name": account.company_name,
        "slug": account.slug,
        "country": account.country,
        "locale": account.locale,
        "time_zone": account.time_zone,
        "is_cancelled": account.status is AccountStatus.CANCELLED,
        "sequence": sequence,
    }
    told = insert(TenantRow).values(account_id=account.id, **values)
    session.execute(
        told.on_conflict_do_update(
            index_elements=[TenantRow.account_id], set_=values, where=TenantRow.sequence < sequence
        ).execution_options(populate_existing=True)
    )

"""What contacts knows of an account: its name, the address of its portal, its language and its time zone."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from contacts.tenants.models import TenantRow

# What accounts answers when it is asked counts as older than any event of it.
ASKED = 0


def find(session: Session, account_id: uuid.UUID) -> TenantRow | None:
    """The account, as far as it is known."""
    return session.get(TenantRow, account_id, populate_existing=True)


def kept(session: Session, account_id: uuid.UUID) -> TenantRow:
    """The account, where it was asked for before."""
    found = find(session, account_id)
    if found is None:
        raise LookupError("an account that was asked for before")
    return found


def find_by_slug(session: Session, slug: str) -> TenantRow | None:
    """The account whose portal has this address; of two that a late event leaves with one address, the newer."""
    return session.scalar(
        select(TenantRow).where(TenantRow.slug == slug).order_by(TenantRow.sequence.desc()).limit(1)
    )


def keep(
    session: Session,
    account_id: uuid.UUID,
    *,
    company_name: str,
    slug: str,
    country: str,
    locale: str,
    time_zone: str,
    is_cancelled: bool,
    sequence: int = ASKED,
) -> None:
    """Keep what was told of the account, unless something newer was told already."""
    values = {
        "company_name": company_name,
        "slug": slug,
        "country": country,
        "locale": locale,
        "time_zone": time_zone,
        "is_cancelled": is_cancelled,
        "sequence": sequence,
    }
    told = insert(TenantRow).values(account_id=account_id, **values)
    session.execute(
        told.on_conflict_do_update(
            index_elements=[TenantRow.account_id], set_=values, where=TenantRow.sequence < sequence
        )
    )

"""Customers: the accounts that billing knows, and whether they are cancelled, by the events of the accounts service."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from billing.models import CustomerRow
from wire.billing import BillingUnknown


def locked(session: Session, account_id: uuid.UUID) -> CustomerRow:
    """The account's row, ours until the transaction ends. Raises `BillingUnknown`."""
    row = session.scalar(select(CustomerRow).where(CustomerRow.account_id == account_id).with_for_update())
    if row is None:
        raise BillingUnknown
    return row


def record_event(session: Session, account_id: uuid.UUID, *, sequence: int, is_cancelled: bool) -> bool:
    """Note what has become of the account; False when something that happened later is known already.

    `sequence` counts the account's events. The row is locked until the transaction ends.
    """
    values = {"account_id": account_id, "sequence": 0, "is_cancelled": False}
    session.execute(insert(CustomerRow).values(values).on_conflict_do_nothing())
    row = locked(session, account_id)
    if sequence <= row.sequence:
        return False
    row.sequence, row.is_cancelled = sequence, is_cancelled
    return True

"""Table of each account's last known subscription state."""

from __future__ import annotations

import datetime
import uuid

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    String,
)
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models import Base, Moment


class SubscriptionStateRow(Base):
    """What billing last said of an account, by the number of its event: `state` is started, past_due, restricted or
    ended, since `happened_at`."""

    __tablename__ = "billing_facts"

    account_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("accounts.id", name="fk_billing_facts_account"), primary_key=True
    )
    number: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(12))
    plan: Mapped[str] = mapped_column(String(40))
    period_ends_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    happened_at: Mapped[datetime.datetime] = mapped_column(Moment)

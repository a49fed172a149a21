"""Table of subscriptions."""

from __future__ import annotations

import datetime
import uuid

from sqlalchemy import Index, String, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from billing.models import Base, Moment
from wire.billing import PaymentStatus

TRIAL_PLAN = "trial"
OWING = frozenset({PaymentStatus.PAST_DUE.value, PaymentStatus.RESTRICTED.value})


class SubscriptionRow(Base):
    """What an account has, or had: one without an end at most. `status` says how it is paid, or was at its end;
    `trial_started_at` and `trial_ends_at` are the account's trial, also beside a paid plan."""

    __tablename__ = "subscriptions"
    __table_args__ = (
        Index("ix_subscriptions_account", "account_id", "created_at"),
        Index("uq_subscriptions_live", "account_id", unique=True, postgresql_where=text("ended_at IS NULL")),
        Index("ix_subscriptions_period", "period_ends_at", postgresql_where=text("ended_at IS NULL")),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    plan: Mapped[str] = mapped_column(String(40))
    status: Mapped[str] = mapped_column(String(20))
    trial_started_at: Mapped[datetime.datetime] = mapped_column(Moment)
    trial_ends_at: Mapped[datetime.datetime] = mapped_column(Moment)
    period_ends_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    is_invoiced: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime.datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime.datetime | None] = mapped_column(Moment)

    @property
    def owes(self) -> bool:
        """Whether its last period ended unpaid."""
        return self.status in OWING

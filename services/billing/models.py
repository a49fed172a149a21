"""Which tables does the billing service own?"""

from __future__ import annotations

import datetime
import uuid

from sqlalchemy import BigInteger, DateTime, Index, String, Uuid, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

Moment = DateTime(timezone=True)


class Base(DeclarativeBase):
    pass


class CustomerRow(Base):
    """An account as billing knows it. `sequence` is that of the last event that opened, cancelled or brought back the
    account: one that comes later but happened earlier changes nothing. The row is locked by who changes what the
    account has."""

    __tablename__ = "customers"

    account_id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    sequence: Mapped[int] = mapped_column("turn", BigInteger, default=0)
    is_cancelled: Mapped[bool] = mapped_column(default=False)


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

"""Which tables does the billing service own?"""

from __future__ import annotations

import datetime
import uuid

from sqlalchemy import DateTime, String, Uuid
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

Moment = DateTime(timezone=True)


class Base(DeclarativeBase):
    pass


class SubscriptionRow(Base):
    """What one account has; one row each."""

    __tablename__ = "subscriptions"

    account_id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    plan: Mapped[str] = mapped_column(String(40))
    status: Mapped[str] = mapped_column(String(20))
    trial_started_at: Mapped[datetime.datetime] = mapped_column(Moment)
    trial_ends_at: Mapped[datetime.datetime] = mapped_column(Moment)
    created_at: Mapped[datetime.datetime] = mapped_column(Moment)

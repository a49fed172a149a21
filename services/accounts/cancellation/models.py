"""Table of cancellations."""

from __future__ import annotations

import datetime
import uuid

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    String,
    Text,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models import Base, Moment


class CancellationRow(Base):
    """One time that an account was cancelled: why, when it takes effect, and what the account was then."""

    __tablename__ = "cancellations"
    __table_args__ = (
        Index("ix_cancellations_account", "account_id", "requested_at"),
        Index(
            "uq_cancellations_pending", "account_id", unique=True, postgresql_where=text("state = 'pending'")
        ),
        Index("ix_cancellations_due", "takes_effect_at", postgresql_where=text("state = 'pending'")),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id", name="fk_cancellations_account"))
    requested_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", name="fk_cancellations_user"))
    reason: Mapped[str] = mapped_column(String(30))
    details: Mapped[str] = mapped_column(Text)
    effective: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(12))
    is_paid: Mapped[bool] = mapped_column()
    trial_seconds_left: Mapped[int] = mapped_column(BigInteger, default=0)
    requested_at: Mapped[datetime.datetime] = mapped_column(Moment)
    takes_effect_at: Mapped[datetime.datetime] = mapped_column(Moment)

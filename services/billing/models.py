"""Table of customers: the accounts as billing knows them."""

from __future__ import annotations

import uuid

from sqlalchemy import BigInteger, DateTime, Uuid
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

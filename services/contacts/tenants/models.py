"""Table of the accounts, as their events have told of them."""

from __future__ import annotations

import uuid

from sqlalchemy import BigInteger, Index, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from contacts.models import Base


class TenantRow(Base):
    """An account: `sequence` is that of the newest event of it, older ones are passed over."""

    __tablename__ = "tenants"
    __table_args__ = (Index("ix_tenants_slug", "slug"),)

    account_id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    company_name: Mapped[str] = mapped_column(String(200))
    slug: Mapped[str] = mapped_column(String(60))
    country: Mapped[str] = mapped_column(String(2))
    locale: Mapped[str] = mapped_column(String(2))
    time_zone: Mapped[str] = mapped_column(String(64))
    is_cancelled: Mapped[bool] = mapped_column(default=False)
    sequence: Mapped[int] = mapped_column(BigInteger, default=0)

"""Table of throttle counters."""

from __future__ import annotations

import datetime

from sqlalchemy import (
    Index,
    String,
)
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models import Base, Moment


class ThrottleRow(Base):
    """How often something was tried: a counter of one rule for one key, which is a digest and names nobody."""

    __tablename__ = "throttles"
    __table_args__ = (Index("ix_throttles_expires", "expires_at"),)

    rule: Mapped[str] = mapped_column(String(30), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
    window_started_at: Mapped[datetime.datetime] = mapped_column(Moment)
    next_allowed_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    expires_at: Mapped[datetime.datetime] = mapped_column(Moment)

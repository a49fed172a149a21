"""Table of throttle counters."""

from __future__ import annotations

from sqlalchemy import Index

from accounts.models import Base
from identity.tables import ThrottleColumns


class ThrottleRow(ThrottleColumns, Base):
    __tablename__ = "throttles"
    __table_args__ = (Index("ix_throttles_expires", "expires_at"),)

"""Table of the audit log, append-only."""

from __future__ import annotations

import datetime
import uuid

from sqlalchemy import (
    BigInteger,
    Identity,
    Index,
    String,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models import Base, Moment


class AuditRow(Base):
    """Who did what, when and from where. Rows are only ever added: the database refuses the rest."""

    __tablename__ = "audit_log"
    __table_args__ = (
        Index("ix_audit_log_account", "account_id", "id"),
        Index("ix_audit_log_action", "account_id", "action", "id"),
        Index("ix_audit_log_actor", "account_id", "actor_id", "id"),
        Index("ix_audit_log_object", "account_id", "object_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    happened_at: Mapped[datetime.datetime] = mapped_column(Moment)
    action: Mapped[str] = mapped_column(String(60))
    actor_kind: Mapped[str] = mapped_column(String(10))
    actor_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    actor_name: Mapped[str] = mapped_column(String(200))
    object_kind: Mapped[str] = mapped_column(String(30))
    object_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    ip_address: Mapped[str] = mapped_column(String(45))
    user_agent: Mapped[str] = mapped_column(String(300))
    facts: Mapped[dict[str, object]] = mapped_column(JSONB)

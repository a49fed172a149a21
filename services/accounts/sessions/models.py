"""Table of sessions."""

from __future__ import annotations

import datetime
import uuid

from sqlalchemy import (
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Base, Moment, UserRow


class SessionRow(Base):
    """`authenticated_at` is when the password was last proven; `is_returning` opens a cancelled account's way back and
    nothing else."""

    __tablename__ = "sessions"
    __table_args__ = (
        UniqueConstraint("token_digest", name="uq_sessions_token_digest"),
        Index("ix_sessions_user", "user_id", "created_at"),
        Index("ix_sessions_expires", "expires_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id", name="fk_sessions_account"))
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", name="fk_sessions_user"))
    token_digest: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime.datetime] = mapped_column(Moment)
    last_used_at: Mapped[datetime.datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime.datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    user_agent: Mapped[str] = mapped_column(String(300))
    ip_address: Mapped[str] = mapped_column(String(45))
    authenticated_at: Mapped[datetime.datetime] = mapped_column(Moment)
    is_remembered: Mapped[bool] = mapped_column(default=False)
    is_returning: Mapped[bool] = mapped_column(default=False)

    user: Mapped[UserRow] = relationship(lazy="raise")

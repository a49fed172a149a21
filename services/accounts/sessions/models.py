"""Table of sessions."""

from __future__ import annotations

import datetime
import uuid

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Base, Moment, UserRow
from identity.tables import SessionColumns


class SessionRow(SessionColumns, Base):
    """`authenticated_at` is when the password was last proven; `is_returning` opens a cancelled account's way back and
    nothing else."""

    __tablename__ = "sessions"
    __table_args__ = (
        UniqueConstraint("token_digest", name="uq_sessions_token_digest"),
        Index("ix_sessions_user", "user_id", "created_at"),
        Index("ix_sessions_expires", "expires_at"),
    )

    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id", name="fk_sessions_account"))
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", name="fk_sessions_user"))
    authenticated_at: Mapped[datetime.datetime] = mapped_column(Moment)
    is_remembered: Mapped[bool] = mapped_column(default=False)
    is_returning: Mapped[bool] = mapped_column(default=False)

    user: Mapped[UserRow] = relationship(lazy="raise")

"""Table of email address changes."""

from __future__ import annotations

import datetime
import uuid

from sqlalchemy import (
    ForeignKey,
    Index,
    String,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models import Base, Moment


class EmailChangeRow(Base):
    """A change of address: pending until confirmed from the new mailbox, undone from the old one."""

    __tablename__ = "email_changes"
    __table_args__ = (
        Index("ix_email_changes_user", "user_id", "requested_at"),
        Index("uq_email_changes_pending", "user_id", unique=True, postgresql_where=text("state = 'pending'")),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id", name="fk_email_changes_account"))
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", name="fk_email_changes_user"))
    session_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    old_email: Mapped[str] = mapped_column(String(254))
    old_email_key: Mapped[str] = mapped_column(String(254))
    new_email: Mapped[str] = mapped_column(String(254))
    new_email_key: Mapped[str] = mapped_column(String(254))
    state: Mapped[str] = mapped_column(String(12))
    requested_at: Mapped[datetime.datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime.datetime] = mapped_column(Moment)
    settled_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    undo_until: Mapped[datetime.datetime | None] = mapped_column(Moment)

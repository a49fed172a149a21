"""Tables of the notifications service."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from sqlalchemy import DateTime, Index, Integer, String, Text, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

Moment = DateTime(timezone=True)


class Base(DeclarativeBase):
    pass


class NotificationRow(Base):
    """A mail to one recipient, as data; it is rendered when it is sent.

    `secret_id` names the token of its link at the service that owns it: the token itself is never stored here.
    `attempts` is also the fencing token of the delivery that works on it.
    """

    __tablename__ = "notifications"
    __table_args__ = (
        UniqueConstraint("natural_key", name="uq_notifications_natural_key"),
        Index("ix_notifications_due", "due_at", postgresql_where=text("state IN ('queued', 'sending')")),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    natural_key: Mapped[str] = mapped_column(String(64))
    mail: Mapped[str] = mapped_column(String(60))
    recipient: Mapped[str] = mapped_column(String(254))
    recipient_name: Mapped[str] = mapped_column(String(200))
    locale: Mapped[str] = mapped_column(String(2))
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)
    secret_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    correlation_id: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(12))
    attempts: Mapped[int] = mapped_column(Integer)
    due_at: Mapped[datetime.datetime] = mapped_column(Moment)
    created_at: Mapped[datetime.datetime] = mapped_column(Moment)
    sent_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    reason: Mapped[str | None] = mapped_column(Text)


class AttemptRow(Base):
    """One try to send one notification, and what came of it."""

    __tablename__ = "notification_attempts"

    notification_id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    outcome: Mapped[str] = mapped_column(String(20))
    reply: Mapped[str | None] = mapped_column(Text)
    ended_at: Mapped[datetime.datetime] = mapped_column(Moment)


class CaughtMailRow(Base):
    """A mail that was caught instead of sent."""

    __tablename__ = "caught_mails"
    __table_args__ = (Index("ix_caught_mails_newest", text("caught_at DESC"), "id"),)

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    recipient_key: Mapped[str] = mapped_column(String(254))
    parts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    caught_at: Mapped[datetime.datetime] = mapped_column(Moment)

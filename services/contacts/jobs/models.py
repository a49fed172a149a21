"""Table of jobs."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from sqlalchemy import Index, Integer, String, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from contacts.models import Base, Moment


class JobRow(Base):
    """Work over many contacts: `subject` says over which, `cursor` is that of the page that comes next; a page
    is done in one transaction with the cursor's move, so that a process may die at any moment. `due_at` is when the
    next page may be done; one account has one living job of a kind."""

    __tablename__ = "jobs"
    __table_args__ = (
        Index(
            "uq_jobs_living",
            "account_id",
            "kind",
            unique=True,
            postgresql_where=text("state IN ('queued', 'running')"),
        ),
        Index("ix_jobs_due", "due_at", postgresql_where=text("state IN ('queued', 'running')")),
        Index("ix_jobs_account", "account_id", "created_at", "id"),
        Index("ix_jobs_ended", "ended_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    kind: Mapped[str] = mapped_column(String(30))
    state: Mapped[str] = mapped_column(String(12))
    subject: Mapped[dict[str, Any]] = mapped_column(JSONB)
    cursor: Mapped[str | None] = mapped_column(Text)
    total: Mapped[int] = mapped_column(Integer, default=0)
    done: Mapped[int] = mapped_column(Integer, default=0)
    counts: Mapped[dict[str, int]] = mapped_column(JSONB, default=dict)
    created_at: Mapped[datetime.datetime] = mapped_column(Moment)
    created_by: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    started_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    heartbeat_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    due_at: Mapped[datetime.datetime] = mapped_column(Moment)
    error: Mapped[str | None] = mapped_column(Text)

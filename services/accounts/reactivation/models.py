"""Table of reactivation requests."""

from __future__ import annotations

import datetime
import uuid

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Identity,
    Index,
    String,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models import Base, Moment


class ReactivationRequestRow(Base):
    """A paying owner's wish to come back: numbered, decided by support, with every step it took in `history`."""

    __tablename__ = "reactivation_requests"
    __table_args__ = (
        UniqueConstraint("number", name="uq_reactivation_requests_number"),
        UniqueConstraint("token_digest", name="uq_reactivation_requests_token_digest"),
        Index("ix_reactivation_requests_state", "state", "number"),
        Index(
            "uq_reactivation_requests_open",
            "account_id",
            unique=True,
            postgresql_where=text("state IN ('open', 'approved')"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, Identity(start=100001))
    account_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("accounts.id", name="fk_reactivation_requests_account")
    )
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", name="fk_reactivation_requests_user"))
    token_digest: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(12))
    requested_at: Mapped[datetime.datetime] = mapped_column(Moment)
    decided_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    note: Mapped[str] = mapped_column(Text, default="")
    history: Mapped[list[dict[str, str]]] = mapped_column(JSONB)

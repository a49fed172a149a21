"""Table of API keys."""

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
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models import Base, Moment


class ApiKeyRow(Base):
    """A named key of an account: its digest, and enough of it to be told from the others."""

    __tablename__ = "api_keys"
    __table_args__ = (
        UniqueConstraint("token_digest", name="uq_api_keys_token_digest"),
        Index("ix_api_keys_account", "account_id", "created_at", "id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id", name="fk_api_keys_account"))
    created_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", name="fk_api_keys_creator"))
    name: Mapped[str] = mapped_column(String(200))
    prefix: Mapped[str] = mapped_column(String(20))
    token_digest: Mapped[str] = mapped_column(String(64))
    scopes: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    created_at: Mapped[datetime.datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    last_used_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    revoked_at: Mapped[datetime.datetime | None] = mapped_column(Moment)

"""Tables of email tokens and of the requests for them."""

from __future__ import annotations

import datetime
import uuid

from sqlalchemy import (
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Base, Moment, UserRow


class EmailTokenRow(Base):
    """A token that was mailed: for one purpose and one subject, bound to a user and to the address it went to.

    Its secret is derived, never stored. Of one purpose and subject one token at most can be used.
    """

    __tablename__ = "links"
    __table_args__ = (
        UniqueConstraint("token_digest", name="uq_links_token_digest"),
        Index("ix_links_user", "user_id", "issued_at"),
        Index("ix_links_expires", "expires_at"),
        Index(
            "uq_links_issued",
            "subject_id",
            "purpose",
            unique=True,
            postgresql_where=text("state = 'issued'"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id", name="fk_links_account"))
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", name="fk_links_user"))
    purpose: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    email_key: Mapped[str] = mapped_column(String(254))
    token_digest: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(12))
    issued_at: Mapped[datetime.datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime.datetime] = mapped_column(Moment)
    consumed_at: Mapped[datetime.datetime | None] = mapped_column(Moment)

    user: Mapped[UserRow] = relationship(lazy="raise")


class EmailTokenRequestRow(Base):
    """Somebody asked for a token by email; whether the address has a user is looked at once they have their answer."""

    __tablename__ = "link_requests"
    __table_args__ = (Index("ix_link_requests_requested", "requested_at"),)

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    purpose: Mapped[str] = mapped_column(String(20))
    email_key: Mapped[str] = mapped_column(String(254))
    requested_at: Mapped[datetime.datetime] = mapped_column(Moment)
    correlation_id: Mapped[str] = mapped_column(String(200))
    ip_address: Mapped[str] = mapped_column(String(45))
    user_agent: Mapped[str] = mapped_column(String(300))

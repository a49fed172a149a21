"""Tables of email tokens and of the requests for them."""

from __future__ import annotations

import uuid

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Base, UserRow
from identity.tables import EmailTokenColumns, EmailTokenRequestColumns


class EmailTokenRow(EmailTokenColumns, Base):
    """A token that was mailed to a user."""

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

    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id", name="fk_links_account"))
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", name="fk_links_user"))

    user: Mapped[UserRow] = relationship(lazy="raise")


class EmailTokenRequestRow(EmailTokenRequestColumns, Base):
    """Somebody asked for a token by email, at an address that may be anybody's."""

    __tablename__ = "link_requests"
    __table_args__ = (Index("ix_link_requests_requested", "requested_at"),)

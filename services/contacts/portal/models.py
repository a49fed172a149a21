"""Table of the contacts' sessions at their portal."""

from __future__ import annotations

import uuid

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from contacts.models import Base
from identity.tables import SessionColumns


class PortalSessionRow(SessionColumns, Base):
    __tablename__ = "portal_sessions"
    __table_args__ = (
        UniqueConstraint("token_digest", name="uq_portal_sessions_token_digest"),
        Index("ix_portal_sessions_contact", "contact_id", "created_at"),
        Index("ix_portal_sessions_expires", "expires_at"),
    )

    contact_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("contacts.id", name="fk_portal_sessions_contact", ondelete="CASCADE")
    )

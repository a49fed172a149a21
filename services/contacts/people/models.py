"""Table of contacts."""

from __future__ import annotations

import datetime
import uuid

from sqlalchemy import Index, String, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from contacts.models import Base, Moment


class ContactRow(Base):
    """A customer of an account. `email` is as typed, `email_key` its comparison form; `name_key` orders the list."""

    __tablename__ = "contacts"
    __table_args__ = (
        Index(
            "uq_contacts_email_key",
            "account_id",
            "email_key",
            unique=True,
            postgresql_where=text("email_key IS NOT NULL"),
        ),
        Index("ix_contacts_by_name", "account_id", "name_key", "id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(200, collation="C"))
    email: Mapped[str | None] = mapped_column(String(254))
    email_key: Mapped[str | None] = mapped_column(String(254))
    phone: Mapped[str | None] = mapped_column(String(40))
    locale: Mapped[str | None] = mapped_column(String(2))
    state: Mapped[str] = mapped_column(String(12))
    created_at: Mapped[datetime.datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime.datetime] = mapped_column(Moment)

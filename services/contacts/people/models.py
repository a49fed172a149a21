"""Tables of contacts, their addresses, and the words they are found by."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contacts.models import Base, Moment
from identity.tables import PersonColumns


class ContactRow(PersonColumns, Base):
    """A customer of an account.

    `state` is made of `verified_at`, `blocked_at` and `deleted_at` (see `states`). `email` repeats the primary address,
    `company_ids`, `tags` and `activation_state` are for the list alone to read. `name_key` orders the list;
    `external_id_key` is the comparison form.
    """

    __tablename__ = "contacts"
    __table_args__ = (
        Index("ix_contacts_by_name", "account_id", "state", "name_key", "id"),
        Index("ix_contacts_by_created", "account_id", "state", "created_at", "id"),
        Index("ix_contacts_by_updated", "account_id", "state", "updated_at", "id"),
        Index(
            "uq_contacts_external_id",
            "account_id",
            "external_id_key",
            unique=True,
            postgresql_where=text("external_id_key IS NOT NULL"),
        ),
    )

    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(200, collation="C"))
    email: Mapped[str | None] = mapped_column(String(254))
    phone: Mapped[str | None] = mapped_column(String(40))
    mobile: Mapped[str | None] = mapped_column(String(40))
    language: Mapped[str | None] = mapped_column(String(2))
    time_zone: Mapped[str | None] = mapped_column(String(64))
    external_id: Mapped[str | None] = mapped_column(String(255))
    external_id_key: Mapped[str | None] = mapped_column(Text)
    company_ids: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(Uuid), default=list)
    tags: Mapped[list[str]] = mapped_column(ARRAY(String(50)), default=list)
    custom_fields: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    state: Mapped[str] = mapped_column(String(12))
    verified_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    verified_by: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    blocked_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    deleted_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    activation_state: Mapped[str] = mapped_column(String(12), default="never_sent")
    activation_sent_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    must_change_password: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime.datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime.datetime] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(default=1)

    emails: Mapped[list[ContactEmailRow]] = relationship(
        lazy="raise",
        passive_deletes=True,
        order_by=lambda: (ContactEmailRow.is_primary.desc(), ContactEmailRow.created_at, ContactEmailRow.id),
    )


class ContactEmailRow(Base):
    """An address of a contact: `email` as typed, `email_key` its comparison form, one contact's in an account, be it
    its primary one or not. A deleted contact keeps its addresses."""

    __tablename__ = "contact_emails"
    __table_args__ = (
        UniqueConstraint("account_id", "email_key", name="uq_contact_emails_email_key"),
        Index("ix_contact_emails_contact", "contact_id"),
        Index("uq_contact_emails_primary", "contact_id", unique=True, postgresql_where=text("is_primary")),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    contact_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("contacts.id", name="fk_contact_emails_contact", ondelete="CASCADE")
    )
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(String(254))
    is_primary: Mapped[bool] = mapped_column(default=False)
    confirmed_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime.datetime] = mapped_column(Moment)


class ContactWordRow(Base):
    """A word that the contact is found by (see `words`); `is_leading` marks those that its name begins with."""

    __tablename__ = "contact_words"
    __table_args__ = (Index("ix_contact_words_contact", "contact_id", "word"),)

    account_id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    is_leading: Mapped[bool] = mapped_column(primary_key=True)
    word: Mapped[str] = mapped_column(String(100, collation="C"), primary_key=True)
    contact_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("contacts.id", name="fk_contact_words_contact", ondelete="CASCADE"), primary_key=True
    )

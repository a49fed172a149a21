"""Tables of email tokens and of the requests for them."""

from __future__ import annotations

import datetime
import uuid

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contacts.models import Base, Moment
from contacts.people.models import ContactRow
from identity.tables import EmailTokenColumns, EmailTokenRequestColumns


class EmailTokenRow(EmailTokenColumns, Base):
    """A token that was mailed to a contact, at `email` as it was typed.

    `is_automatic` marks one that went out because the contact is new, `sent_by` names the user who asked for another,
    `job_id` the job that sent it.
    What has become of the mail is told by notifications: `sent_at`, `delivered_at`, `bounced_at` with its `reason`;
    `opened_at` is when the link was first looked at.
    """

    __tablename__ = "email_tokens"
    __table_args__ = (
        UniqueConstraint("token_digest", name="uq_email_tokens_token_digest"),
        Index("ix_email_tokens_contact", "contact_id", "issued_at", "id"),
        Index("ix_email_tokens_expires", "expires_at"),
        Index(
            "ix_email_tokens_automatic",
            "account_id",
            postgresql_where=text("is_automatic AND state = 'issued' AND sent_at IS NULL"),
        ),
        Index(
            "ix_email_tokens_job",
            "job_id",
            postgresql_where=text("job_id IS NOT NULL AND state = 'issued' AND sent_at IS NULL"),
        ),
        Index(
            "uq_email_tokens_issued",
            "subject_id",
            "purpose",
            unique=True,
            postgresql_where=text("state = 'issued'"),
        ),
    )

    contact_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("contacts.id", name="fk_email_tokens_contact", ondelete="CASCADE")
    )
    email: Mapped[str] = mapped_column(String(254))
    is_automatic: Mapped[bool] = mapped_column(default=False)
    sent_by: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    job_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    sent_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    delivered_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    bounced_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    opened_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    reason: Mapped[str | None] = mapped_column(Text)

    contact: Mapped[ContactRow] = relationship(lazy="raise")


class EmailTokenRequestRow(EmailTokenRequestColumns, Base):
    """Somebody asked for a token by email at the portal of an account, at an address that may be anybody's."""

    __tablename__ = "email_token_requests"
    __table_args__ = (Index("ix_email_token_requests_requested", "requested_at"),)

    account_id: Mapped[uuid.UUID] = mapped_column(Uuid)

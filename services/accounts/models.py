"""Tables that every topic refers to: accounts, users, reserved addresses; the others stand with their topics."""

from __future__ import annotations

import datetime
import uuid

from sqlalchemy import (
    DateTime,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from identity.tables import PersonColumns

Moment = DateTime(timezone=True)


class Base(DeclarativeBase):
    pass


class AccountRow(Base):
    """`trial_ending_told` and `trial_ended_told` hold the end of the trial that was last announced."""

    __tablename__ = "accounts"
    __table_args__ = (
        UniqueConstraint("slug", name="uq_accounts_slug"),
        Index("ix_accounts_cancels", "cancels_at", postgresql_where=text("cancels_at IS NOT NULL")),
        Index("ix_accounts_trial_ends", "trial_ends_at", postgresql_where=text("status = 'trial'")),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    company_name: Mapped[str] = mapped_column(String(200))
    slug: Mapped[str] = mapped_column(String(60))
    country: Mapped[str] = mapped_column(String(2))
    locale: Mapped[str] = mapped_column(String(2))
    time_zone: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(20))
    trial_ends_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime.datetime] = mapped_column(Moment)
    plan: Mapped[str] = mapped_column(String(40), default="trial")
    period_ends_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    cancels_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    cancelled_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    reactivated_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    trial_ending_told: Mapped[datetime.datetime | None] = mapped_column(Moment)
    trial_ended_told: Mapped[datetime.datetime | None] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(default=1)
    external_id: Mapped[str | None] = mapped_column(String(255))


class UserRow(PersonColumns, Base):
    """`email` and `external_id` are as typed; `email_key` and `external_id_key` are their comparison forms.

    An address belongs to whoever verified it, over all accounts: one log-in for everybody. Until then anybody may
    have been invited under it, so that nobody can keep somebody else's address busy, or find out that it is.
    """

    __tablename__ = "users"
    __table_args__ = (
        Index("ix_users_account", "account_id", "id"),
        Index("ix_users_email_key", "email_key"),
        Index(
            "uq_users_verified_email",
            "email_key",
            unique=True,
            postgresql_where=text("verified_at IS NOT NULL AND removed_at IS NULL"),
        ),
        Index(
            "uq_users_account_email",
            "account_id",
            "email_key",
            unique=True,
            postgresql_where=text("removed_at IS NULL"),
        ),
        Index(
            "uq_users_account_external_id",
            "account_id",
            "external_id_key",
            unique=True,
            postgresql_where=text("external_id_key IS NOT NULL AND removed_at IS NULL"),
        ),
    )

    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id", name="fk_users_account"))
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(String(254))
    phone: Mapped[str | None] = mapped_column(String(20))
    locale: Mapped[str] = mapped_column(String(2))
    time_zone: Mapped[str] = mapped_column(String(64))
    role: Mapped[str] = mapped_column(String(10))
    verified_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime.datetime] = mapped_column(Moment)
    removed_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    has_second_factor: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    external_id: Mapped[str | None] = mapped_column(String(255))
    external_id_key: Mapped[str | None] = mapped_column(Text)

    account: Mapped[AccountRow] = relationship(lazy="raise")


class ReservedAddressRow(Base):
    """An address that a user gave up but may still take back: nobody else gets it until then."""

    __tablename__ = "kept_addresses"

    email_key: Mapped[str] = mapped_column(String(254), primary_key=True)
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", name="fk_kept_addresses_user"))
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id", name="fk_kept_addresses_account"))
    until: Mapped[datetime.datetime] = mapped_column(Moment)

"""Which tables does the accounts service own?"""

from __future__ import annotations

import datetime
import uuid

from sqlalchemy import (
    BigInteger,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

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


class BillingFactRow(Base):
    """What billing last said of an account, by the number of its event: `state` is started, past_due, restricted or
    ended, since `happened_at`."""

    __tablename__ = "billing_facts"

    account_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("accounts.id", name="fk_billing_facts_account"), primary_key=True
    )
    number: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(12))
    plan: Mapped[str] = mapped_column(String(40))
    period_ends_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    happened_at: Mapped[datetime.datetime] = mapped_column(Moment)


class UserRow(Base):
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

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id", name="fk_users_account"))
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(String(254))
    phone: Mapped[str | None] = mapped_column(String(20))
    locale: Mapped[str] = mapped_column(String(2))
    time_zone: Mapped[str] = mapped_column(String(64))
    role: Mapped[str] = mapped_column(String(10))
    password_hash: Mapped[str | None] = mapped_column(String(300))
    verified_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime.datetime] = mapped_column(Moment)
    removed_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    has_second_factor: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    external_id: Mapped[str | None] = mapped_column(String(255))
    external_id_key: Mapped[str | None] = mapped_column(Text)

    account: Mapped[AccountRow] = relationship(lazy="raise")


class LinkRow(Base):
    """A link that was mailed: for one purpose and one subject, bound to a user and to the address it went to.

    Its secret is derived, never stored. Of one purpose and subject one link at most can be used.
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


class SessionRow(Base):
    """`authenticated_at` is when the password was last proven; `is_returning` opens a cancelled account's way back and
    nothing else."""

    __tablename__ = "sessions"
    __table_args__ = (
        UniqueConstraint("token_digest", name="uq_sessions_token_digest"),
        Index("ix_sessions_user", "user_id", "created_at"),
        Index("ix_sessions_expires", "expires_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id", name="fk_sessions_account"))
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", name="fk_sessions_user"))
    token_digest: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime.datetime] = mapped_column(Moment)
    last_used_at: Mapped[datetime.datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime.datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    user_agent: Mapped[str] = mapped_column(String(300))
    ip_address: Mapped[str] = mapped_column(String(45))
    authenticated_at: Mapped[datetime.datetime] = mapped_column(Moment)
    is_remembered: Mapped[bool] = mapped_column(default=False)
    is_returning: Mapped[bool] = mapped_column(default=False)

    user: Mapped[UserRow] = relationship(lazy="raise")


class EmailChangeRow(Base):
    """A change of address: pending until confirmed from the new mailbox, undone from the old one."""

    __tablename__ = "email_changes"
    __table_args__ = (
        Index("ix_email_changes_user", "user_id", "requested_at"),
        Index("uq_email_changes_pending", "user_id", unique=True, postgresql_where=text("state = 'pending'")),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id", name="fk_email_changes_account"))
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", name="fk_email_changes_user"))
    session_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    old_email: Mapped[str] = mapped_column(String(254))
    old_email_key: Mapped[str] = mapped_column(String(254))
    new_email: Mapped[str] = mapped_column(String(254))
    new_email_key: Mapped[str] = mapped_column(String(254))
    state: Mapped[str] = mapped_column(String(12))
    requested_at: Mapped[datetime.datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime.datetime] = mapped_column(Moment)
    settled_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    undo_until: Mapped[datetime.datetime | None] = mapped_column(Moment)


class KeptAddressRow(Base):
    """An address that a user gave up but may still take back: nobody else gets it until then."""

    __tablename__ = "kept_addresses"

    email_key: Mapped[str] = mapped_column(String(254), primary_key=True)
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", name="fk_kept_addresses_user"))
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id", name="fk_kept_addresses_account"))
    until: Mapped[datetime.datetime] = mapped_column(Moment)


class SecondFactorRow(Base):
    """A user's authenticator app: its secret encrypted, and the last time step that was used."""

    __tablename__ = "second_factors"

    user_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("users.id", name="fk_second_factors_user"), primary_key=True
    )
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id", name="fk_second_factors_account"))
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    begun_at: Mapped[datetime.datetime] = mapped_column(Moment)
    confirmed_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)


class RecoveryCodeRow(Base):
    """One way in for who lost the authenticator app; works once."""

    __tablename__ = "recovery_codes"
    __table_args__ = (UniqueConstraint("user_id", "code_digest", name="uq_recovery_codes_user_digest"),)

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id", name="fk_recovery_codes_account"))
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", name="fk_recovery_codes_user"))
    code_digest: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime.datetime | None] = mapped_column(Moment)


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


class ThrottleRow(Base):
    """How often something was tried: a counter of one rule for one key, which is a digest and names nobody."""

    __tablename__ = "throttles"
    __table_args__ = (Index("ix_throttles_expires", "expires_at"),)

    rule: Mapped[str] = mapped_column(String(30), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
    window_started_at: Mapped[datetime.datetime] = mapped_column(Moment)
    next_allowed_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    expires_at: Mapped[datetime.datetime] = mapped_column(Moment)


class LinkRequestRow(Base):
    """Somebody asked for a link by mail; whether the address has a user is looked at once they have their answer."""

    __tablename__ = "link_requests"
    __table_args__ = (Index("ix_link_requests_requested", "requested_at"),)

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    purpose: Mapped[str] = mapped_column(String(20))
    email_key: Mapped[str] = mapped_column(String(254))
    requested_at: Mapped[datetime.datetime] = mapped_column(Moment)
    correlation_id: Mapped[str] = mapped_column(String(200))
    ip_address: Mapped[str] = mapped_column(String(45))
    user_agent: Mapped[str] = mapped_column(String(300))


class CancellationRow(Base):
    """One time that an account was cancelled: why, when it takes effect, and what the account was then."""

    __tablename__ = "cancellations"
    __table_args__ = (
        Index("ix_cancellations_account", "account_id", "requested_at"),
        Index(
            "uq_cancellations_pending", "account_id", unique=True, postgresql_where=text("state = 'pending'")
        ),
        Index("ix_cancellations_due", "takes_effect_at", postgresql_where=text("state = 'pending'")),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id", name="fk_cancellations_account"))
    requested_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", name="fk_cancellations_user"))
    reason: Mapped[str] = mapped_column(String(30))
    details: Mapped[str] = mapped_column(Text)
    effective: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(12))
    is_paid: Mapped[bool] = mapped_column()
    trial_seconds_left: Mapped[int] = mapped_column(BigInteger, default=0)
    requested_at: Mapped[datetime.datetime] = mapped_column(Moment)
    takes_effect_at: Mapped[datetime.datetime] = mapped_column(Moment)


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


class AuditRow(Base):
    """Who did what, when and from where. Rows are only ever added: the database refuses the rest."""

    __tablename__ = "audit_log"
    __table_args__ = (
        Index("ix_audit_log_account", "account_id", "id"),
        Index("ix_audit_log_action", "account_id", "action", "id"),
        Index("ix_audit_log_actor", "account_id", "actor_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    happened_at: Mapped[datetime.datetime] = mapped_column(Moment)
    action: Mapped[str] = mapped_column(String(60))
    actor_kind: Mapped[str] = mapped_column(String(10))
    actor_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    actor_name: Mapped[str] = mapped_column(String(200))
    object_kind: Mapped[str] = mapped_column(String(30))
    object_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    ip_address: Mapped[str] = mapped_column(String(45))
    user_agent: Mapped[str] = mapped_column(String(300))
    facts: Mapped[dict[str, object]] = mapped_column(JSONB)

"""Tables of email tokens, second factors, API keys, throttles, cancellation, reactivation and the audit log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from chassis.database import migrations

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NEW_TABLES = (
    "audit_log",
    "throttles",
    "api_keys",
    "billing_facts",
    "cancellations",
    "email_changes",
    "kept_addresses",
    "links",
    "reactivation_requests",
    "recovery_codes",
    "second_factors",
)
OF_ACCOUNTS = tuple(name for name in NEW_TABLES if name != "throttles")


def upgrade() -> None:
    _widen()
    _create()
    for table in OF_ACCOUNTS:
        migrations.protect_account_rows(op, table)
    op.execute(
        "INSERT INTO links (id, account_id, user_id, purpose, subject_id, email_key, token_digest, state, issued_at,"
        " expires_at, consumed_at)"
        " SELECT id, account_id, user_id, 'activation', user_id, email_key, token_digest, state,"
        " issued_at, expires_at, consumed_at FROM activations"
    )
    op.drop_table("activations")
    _refuse_changes("audit_log")


def _widen() -> None:
    """Columns with defaults, which programs of the version before do not have to know."""
    op.add_column("accounts", sa.Column("plan", sa.String(40), nullable=False, server_default="trial"))
    op.add_column("accounts", sa.Column("period_ends_at", MOMENT))
    op.add_column("accounts", sa.Column("cancels_at", MOMENT))
    op.add_column("accounts", sa.Column("cancelled_at", MOMENT))
    for name in ("reactivated_at", "trial_ending_told", "trial_ended_told"):
        op.add_column("accounts", sa.Column(name, MOMENT))
    op.create_index(
        "ix_accounts_cancels", "accounts", ["cancels_at"], postgresql_where=sa.text("cancels_at IS NOT NULL")
    )
    op.create_index(
        "ix_accounts_trial_ends", "accounts", ["trial_ends_at"], postgresql_where=sa.text("status = 'trial'")
    )
    op.add_column("accounts", sa.Column("version", sa.Integer, nullable=False, server_default="1"))
    op.add_column("users", sa.Column("removed_at", MOMENT))
    op.add_column(
        "users", sa.Column("has_second_factor", sa.Boolean, nullable=False, server_default=sa.false())
    )
    op.add_column("users", sa.Column("version", sa.Integer, nullable=False, server_default="1"))
    op.add_column(
        "sessions", sa.Column("authenticated_at", MOMENT, nullable=False, server_default=sa.func.now())
    )
    op.add_column(
        "sessions", sa.Column("is_remembered", sa.Boolean, nullable=False, server_default=sa.false())
    )
    op.add_column(
        "sessions", sa.Column("is_returning", sa.Boolean, nullable=False, server_default=sa.false())
    )
    op.drop_constraint("uq_users_email_key", "users", type_="unique")
    op.create_index("ix_users_email_key", "users", ["email_key"])
    op.create_index(
        "uq_users_account_email",
        "users",
        ["account_id", "email_key"],
        unique=True,
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_index(
        "uq_users_verified_email",
        "users",
        ["email_key"],
        unique=True,
        postgresql_where=sa.text("verified_at IS NOT NULL AND removed_at IS NULL"),
    )


def _refuse_changes(table: str) -> None:
    """Rows can be added and read: no program of ours, and no slip of one, rewrites what happened."""
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION '% only grows', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def _create() -> None:
    op.create_table(
        "audit_log",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("happened_at", MOMENT, nullable=False),
        sa.Column("action", sa.String(60), nullable=False),
        sa.Column("actor_kind", sa.String(10), nullable=False),
        sa.Column("actor_id", sa.Uuid),
        sa.Column("actor_name", sa.String(200), nullable=False),
        sa.Column("object_kind", sa.String(30), nullable=False),
        sa.Column("object_id", sa.Uuid),
        sa.Column("ip_address", sa.String(45), nullable=False),
        sa.Column("user_agent", sa.String(300), nullable=False),
        sa.Column("facts", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_audit_log_account", "audit_log", ["account_id", "id"])
    op.create_index("ix_audit_log_action", "audit_log", ["account_id", "action", "id"])
    op.create_index("ix_audit_log_actor", "audit_log", ["account_id", "actor_id", "id"])
    op.create_table(
        "throttles",
        sa.Column("rule", sa.String(30), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("window_started_at", MOMENT, nullable=False),
        sa.Column("next_allowed_at", MOMENT),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("rule", "key"),
    )
    op.create_index("ix_throttles_expires", "throttles", ["expires_at"])
    op.create_table(
        "link_requests",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("email_key", sa.String(254), nullable=False),
        sa.Column("requested_at", MOMENT, nullable=False),
        sa.Column("correlation_id", sa.String(200), nullable=False),
        sa.Column("ip_address", sa.String(45), nullable=False),
        sa.Column("user_agent", sa.String(300), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_link_requests_requested", "link_requests", ["requested_at"])
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("created_by", sa.Uuid, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("prefix", sa.String(20), nullable=False),
        sa.Column("token_digest", sa.String(64), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.String(40)), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT),
        sa.Column("last_used_at", MOMENT),
        sa.Column("revoked_at", MOMENT),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_api_keys_account"),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name="fk_api_keys_creator"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_digest", name="uq_api_keys_token_digest"),
    )
    op.create_index("ix_api_keys_account", "api_keys", ["account_id", "created_at", "id"])
    op.create_table(
        "billing_facts",
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("plan", sa.String(40), nullable=False),
        sa.Column("period_ends_at", MOMENT),
        sa.Column("happened_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_billing_facts_account"),
        sa.PrimaryKeyConstraint("account_id"),
    )
    op.create_table(
        "cancellations",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("requested_by", sa.Uuid, nullable=False),
        sa.Column("reason", sa.String(30), nullable=False),
        sa.Column("details", sa.Text, nullable=False),
        sa.Column("effective", sa.String(12), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("is_paid", sa.Boolean, nullable=False),
        sa.Column("trial_seconds_left", sa.BigInteger, nullable=False),
        sa.Column("requested_at", MOMENT, nullable=False),
        sa.Column("takes_effect_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_cancellations_account"),
        sa.ForeignKeyConstraint(["requested_by"], ["users.id"], name="fk_cancellations_user"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_cancellations_account", "cancellations", ["account_id", "requested_at"])
    op.create_index(
        "ix_cancellations_due",
        "cancellations",
        ["takes_effect_at"],
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_index(
        "uq_cancellations_pending",
        "cancellations",
        ["account_id"],
        unique=True,
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_table(
        "email_changes",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("session_id", sa.Uuid),
        sa.Column("old_email", sa.String(254), nullable=False),
        sa.Column("old_email_key", sa.String(254), nullable=False),
        sa.Column("new_email", sa.String(254), nullable=False),
        sa.Column("new_email_key", sa.String(254), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("requested_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("settled_at", MOMENT),
        sa.Column("undo_until", MOMENT),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_email_changes_account"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_email_changes_user"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_email_changes_user", "email_changes", ["user_id", "requested_at"])
    op.create_index(
        "uq_email_changes_pending",
        "email_changes",
        ["user_id"],
        unique=True,
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_table(
        "kept_addresses",
        sa.Column("email_key", sa.String(254), nullable=False),
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_kept_addresses_account"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_kept_addresses_user"),
        sa.PrimaryKeyConstraint("email_key"),
    )
    op.create_table(
        "links",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("subject_id", sa.Uuid, nullable=False),
        sa.Column("email_key", sa.String(254), nullable=False),
        sa.Column("token_digest", sa.String(64), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("issued_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("consumed_at", MOMENT),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_links_account"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_links_user"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_digest", name="uq_links_token_digest"),
    )
    op.create_index("ix_links_user", "links", ["user_id", "issued_at"])
    op.create_index(
        "uq_links_issued",
        "links",
        ["subject_id", "purpose"],
        unique=True,
        postgresql_where=sa.text("state = 'issued'"),
    )
    op.create_table(
        "reactivation_requests",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("number", sa.BigInteger, sa.Identity(start=100001), nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("token_digest", sa.String(64), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("requested_at", MOMENT, nullable=False),
        sa.Column("decided_at", MOMENT),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("history", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_reactivation_requests_account"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_reactivation_requests_user"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("number", name="uq_reactivation_requests_number"),
        sa.UniqueConstraint("token_digest", name="uq_reactivation_requests_token_digest"),
    )
    op.create_index("ix_reactivation_requests_state", "reactivation_requests", ["state", "number"])
    op.create_index(
        "uq_reactivation_requests_open",
        "reactivation_requests",
        ["account_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('open', 'approved')"),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("code_digest", sa.String(64), nullable=False),
        sa.Column("used_at", MOMENT),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_recovery_codes_account"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_recovery_codes_user"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("user_id", "code_digest", name="uq_recovery_codes_user_digest"),
    )
    op.create_table(
        "second_factors",
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("secret", sa.LargeBinary, nullable=False),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("confirmed_at", MOMENT),
        sa.Column("last_step", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_second_factors_account"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_second_factors_user"),
        sa.PrimaryKeyConstraint("user_id"),
    )


def downgrade() -> None:
    raise migrations.Irreversible("links of purposes that the version before does not know would be lost")

"""Accounts, users, activation links, sessions, and the chassis' tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from chassis.database import migrations

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    migrations.create_chassis_tables(op)
    op.create_table(
        "accounts",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("company_name", sa.String(200), nullable=False),
        sa.Column("slug", sa.String(60), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("locale", sa.String(2), nullable=False),
        sa.Column("time_zone", sa.String(64), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("trial_ends_at", MOMENT),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.UniqueConstraint("slug", name="uq_accounts_slug"),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column(
            "account_id", sa.Uuid, sa.ForeignKey("accounts.id", name="fk_users_account"), nullable=False
        ),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("email_key", sa.String(254), nullable=False),
        sa.Column("phone", sa.String(20)),
        sa.Column("locale", sa.String(2), nullable=False),
        sa.Column("time_zone", sa.String(64), nullable=False),
        sa.Column("role", sa.String(10), nullable=False),
        sa.Column("password_hash", sa.String(300)),
        sa.Column("verified_at", MOMENT),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.UniqueConstraint("email_key", name="uq_users_email_key"),
    )
    op.create_index("ix_users_account", "users", ["account_id", "id"])
    op.create_table(
        "activations",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column(
            "account_id", sa.Uuid, sa.ForeignKey("accounts.id", name="fk_activations_account"), nullable=False
        ),
        sa.Column("user_id", sa.Uuid, sa.ForeignKey("users.id", name="fk_activations_user"), nullable=False),
        sa.Column("email_key", sa.String(254), nullable=False),
        sa.Column("token_digest", sa.String(64), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("issued_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("consumed_at", MOMENT),
        sa.UniqueConstraint("token_digest", name="uq_activations_token_digest"),
    )
    op.create_index("ix_activations_user", "activations", ["user_id", "issued_at"])
    op.create_index(
        "uq_activations_issued",
        "activations",
        ["user_id"],
        unique=True,
        postgresql_where=sa.text("state = 'issued'"),
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column(
            "account_id", sa.Uuid, sa.ForeignKey("accounts.id", name="fk_sessions_account"), nullable=False
        ),
        sa.Column("user_id", sa.Uuid, sa.ForeignKey("users.id", name="fk_sessions_user"), nullable=False),
        sa.Column("token_digest", sa.String(64), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_used_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.Column("user_agent", sa.String(300), nullable=False),
        sa.Column("ip_address", sa.String(45), nullable=False),
        sa.UniqueConstraint("token_digest", name="uq_sessions_token_digest"),
    )
    op.create_index("ix_sessions_user", "sessions", ["user_id", "created_at"])
    migrations.protect_account_rows(op, "accounts", column="id")
    for table in ("users", "activations", "sessions"):
        migrations.protect_account_rows(op, table)


def downgrade() -> None:
    for table in ("sessions", "activations", "users", "accounts"):
        op.drop_table(table)
    migrations.drop_chassis_tables(op)

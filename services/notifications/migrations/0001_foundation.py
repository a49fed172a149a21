"""Notifications, their attempts, caught mails, and the chassis' tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from chassis.database import migrations

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    migrations.create_chassis_tables(op)
    op.create_table(
        "notifications",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("natural_key", sa.String(64), nullable=False),
        sa.Column("mail", sa.String(60), nullable=False),
        sa.Column("recipient", sa.String(254), nullable=False),
        sa.Column("recipient_name", sa.String(200), nullable=False),
        sa.Column("locale", sa.String(2), nullable=False),
        sa.Column("data", JSONB, nullable=False),
        sa.Column("secret_id", sa.Uuid),
        sa.Column("correlation_id", sa.String(200), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("sent_at", MOMENT),
        sa.Column("reason", sa.Text),
        sa.UniqueConstraint("natural_key", name="uq_notifications_natural_key"),
    )
    op.create_index(
        "ix_notifications_due",
        "notifications",
        ["due_at"],
        postgresql_where=sa.text("state IN ('queued', 'sending')"),
    )
    op.create_table(
        "notification_attempts",
        sa.Column("notification_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("reply", sa.Text),
        sa.Column("ended_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("notification_id", "number", name="pk_notification_attempts"),
    )
    op.create_table(
        "caught_mails",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("recipient_key", sa.String(254), nullable=False),
        sa.Column("parts", JSONB, nullable=False),
        sa.Column("caught_at", MOMENT, nullable=False),
    )
    op.create_index("ix_caught_mails_newest", "caught_mails", [sa.text("caught_at DESC"), "id"])
    migrations.protect_account_rows(op, "notifications")
    migrations.protect_account_rows(op, "notification_attempts")


def downgrade() -> None:
    for table in ("caught_mails", "notification_attempts", "notifications"):
        op.drop_table(table)
    migrations.drop_chassis_tables(op)

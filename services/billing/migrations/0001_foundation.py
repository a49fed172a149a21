"""Subscriptions, and the chassis' tables."""

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
        "subscriptions",
        sa.Column("account_id", sa.Uuid, primary_key=True),
        sa.Column("plan", sa.String(40), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("trial_started_at", MOMENT, nullable=False),
        sa.Column("trial_ends_at", MOMENT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
    )
    migrations.protect_account_rows(op, "subscriptions")


def downgrade() -> None:
    op.drop_table("subscriptions")
    migrations.drop_chassis_tables(op)

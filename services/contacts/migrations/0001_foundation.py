"""Contacts, and the chassis' tables."""

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
        "contacts",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("name_key", sa.String(200, collation="C"), nullable=False),
        sa.Column("email", sa.String(254)),
        sa.Column("email_key", sa.String(254)),
        sa.Column("phone", sa.String(40)),
        sa.Column("locale", sa.String(2)),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
    )
    op.create_index(
        "uq_contacts_email_key",
        "contacts",
        ["account_id", "email_key"],
        unique=True,
        postgresql_where=sa.text("email_key IS NOT NULL"),
    )
    op.create_index("ix_contacts_by_name", "contacts", ["account_id", "name_key", "id"])
    migrations.protect_account_rows(op, "contacts")


def downgrade() -> None:
    op.drop_table("contacts")
    migrations.drop_chassis_tables(op)

"""What a tenant's own systems call the account and its users."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INDEX = "uq_users_account_external_id"


def upgrade() -> None:
    """Empty columns, which programs of the version before do not have to know."""
    op.add_column("accounts", sa.Column("external_id", sa.String(255)))
    op.add_column("users", sa.Column("external_id", sa.String(255)))
    op.add_column("users", sa.Column("external_id_key", sa.Text))
    op.create_index(
        INDEX,
        "users",
        ["account_id", "external_id_key"],
        unique=True,
        postgresql_where=sa.text("external_id_key IS NOT NULL AND removed_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index(INDEX, "users")
    op.drop_column("users", "external_id_key")
    op.drop_column("users", "external_id")
    op.drop_column("accounts", "external_id")

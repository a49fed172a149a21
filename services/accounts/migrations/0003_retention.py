"""Expired sessions and links are found by an index, to be deleted."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = ("links", "sessions")


def upgrade() -> None:
    for table in TABLES:
        op.create_index(f"ix_{table}_expires", table, ["expires_at"])


def downgrade() -> None:
    for table in TABLES:
        op.drop_index(f"ix_{table}_expires", table)

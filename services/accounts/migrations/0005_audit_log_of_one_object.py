"""The audit log of one thing is found by an index."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

INDEX = "ix_audit_log_object"


def upgrade() -> None:
    op.create_index(INDEX, "audit_log", ["account_id", "object_id", "id"])


def downgrade() -> None:
    op.drop_index(INDEX, "audit_log")

"""Several subscriptions of an account one after the other, one of them alive; and when an account was cancelled."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from chassis.database import migrations

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _customers()
    # Programs of the version before give no id and know no end: the defaults are theirs.
    op.add_column(
        "subscriptions", sa.Column("id", sa.Uuid, nullable=False, server_default=sa.func.gen_random_uuid())
    )
    op.add_column("subscriptions", sa.Column("period_ends_at", MOMENT))
    op.add_column(
        "subscriptions", sa.Column("is_invoiced", sa.Boolean, nullable=False, server_default=sa.false())
    )
    op.add_column("subscriptions", sa.Column("ended_at", MOMENT))
    op.drop_constraint("subscriptions_pkey", "subscriptions", type_="primary")
    op.create_primary_key("subscriptions_pkey", "subscriptions", ["id"])
    op.create_index("ix_subscriptions_account", "subscriptions", ["account_id", "created_at"])
    is_live = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_subscriptions_live", "subscriptions", ["account_id"], unique=True, postgresql_where=is_live
    )
    op.create_index("ix_subscriptions_period", "subscriptions", ["period_ends_at"], postgresql_where=is_live)


def _customers() -> None:
    op.create_table(
        "customers",
        sa.Column("account_id", sa.Uuid, primary_key=True),
        sa.Column("turn", sa.BigInteger, nullable=False),
        sa.Column("is_cancelled", sa.Boolean, nullable=False),
    )
    migrations.protect_account_rows(op, "customers")
    op.execute("SELECT set_config('frontdesk.scope', 'all', true)")
    op.execute(
        "INSERT INTO customers (account_id, turn, is_cancelled) SELECT account_id, 1, false FROM subscriptions"
    )


def downgrade() -> None:
    raise migrations.Irreversible("the version before knows one subscription per account")

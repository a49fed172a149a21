"""Contacts in full: addresses, words to find them by, custom fields, activation, portal, jobs and settings."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from chassis.database import migrations

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NOTHING = sa.text("'{}'")
# Tables in the order in which they can be dropped.
MADE = (
    "jobs",
    "account_settings",
    "tenants",
    "throttles",
    "email_token_requests",
    "portal_sessions",
    "email_tokens",
    "contact_fields",
    "contact_words",
    "contact_emails",
)
# Counted before the account is known, and of nobody in particular.
OF_ALL = frozenset({"throttles"})


def upgrade() -> None:
    op.alter_column("contacts", "locale", new_column_name="language")
    for column in added():
        op.add_column("contacts", column)
    op.drop_index("ix_contacts_by_name", "contacts")
    for order in ("name_key", "created_at", "updated_at"):
        name = "ix_contacts_by_" + order.removesuffix("_key").removesuffix("_at")
        op.create_index(name, "contacts", ["account_id", "state", order, "id"])
    op.create_index(
        "uq_contacts_external_id",
        "contacts",
        ["account_id", "external_id_key"],
        unique=True,
        postgresql_where=sa.text("external_id_key IS NOT NULL"),
    )
    create_what_is_beside_a_contact()
    create_what_lets_contacts_in()
    create_what_is_of_the_account()
    for table in MADE:
        if table not in OF_ALL:
            migrations.protect_account_rows(op, table)
    move_addresses()


def added() -> list[sa.Column[Any]]:
    """The new columns of a contact."""
    return [
        sa.Column("mobile", sa.String(40)),
        sa.Column("time_zone", sa.String(64)),
        sa.Column("external_id", sa.String(255)),
        sa.Column("external_id_key", sa.Text),
        sa.Column("company_ids", postgresql.ARRAY(sa.Uuid), nullable=False, server_default=NOTHING),
        sa.Column("tags", postgresql.ARRAY(sa.String(50)), nullable=False, server_default=NOTHING),
        sa.Column("custom_fields", postgresql.JSONB, nullable=False, server_default=NOTHING),
        sa.Column("verified_at", MOMENT),
        sa.Column("verified_by", sa.Uuid),
        sa.Column("blocked_at", MOMENT),
        sa.Column("deleted_at", MOMENT),
        sa.Column("activation_state", sa.String(12), nullable=False, server_default="never_sent"),
        sa.Column("activation_sent_at", MOMENT),
        sa.Column("password_hash", sa.String(300)),
        sa.Column("must_change_password", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    ]


def create_what_is_beside_a_contact() -> None:
    op.create_table(
        "contact_emails",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("account_id", sa.Uuid, nullable=False),
        contact("fk_contact_emails_contact"),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("email_key", sa.String(254), nullable=False),
        sa.Column("is_primary", sa.Boolean, nullable=False),
        sa.Column("confirmed_at", MOMENT),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.UniqueConstraint("account_id", "email_key", name="uq_contact_emails_email_key"),
    )
    op.create_index("ix_contact_emails_contact", "contact_emails", ["contact_id"])
    op.create_index(
        "uq_contact_emails_primary",
        "contact_emails",
        ["contact_id"],
        unique=True,
        postgresql_where=sa.text("is_primary"),
    )
    op.create_table(
        "contact_words",
        sa.Column("account_id", sa.Uuid, primary_key=True),
        sa.Column("is_leading", sa.Boolean, primary_key=True),
        sa.Column("word", sa.String(100, collation="C"), primary_key=True),
        contact("fk_contact_words_contact", primary_key=True),
    )
    op.create_index("ix_contact_words_contact", "contact_words", ["contact_id", "word"])
    op.create_table(
        "contact_fields",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("label", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("choices", postgresql.ARRAY(sa.String(100)), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.UniqueConstraint("account_id", "key", name="uq_contact_fields_key"),
    )


def create_what_lets_contacts_in() -> None:
    op.create_table(
        "email_tokens",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("account_id", sa.Uuid, nullable=False),
        contact("fk_email_tokens_contact"),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("subject_id", sa.Uuid, nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("email_key", sa.String(254), nullable=False),
        sa.Column("token_digest", sa.String(64), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("issued_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("consumed_at", MOMENT),
        sa.Column("is_automatic", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("sent_by", sa.Uuid),
        sa.Column("job_id", sa.Uuid),
        sa.Column("sent_at", MOMENT),
        sa.Column("delivered_at", MOMENT),
        sa.Column("bounced_at", MOMENT),
        sa.Column("opened_at", MOMENT),
        sa.Column("reason", sa.Text),
        sa.UniqueConstraint("token_digest", name="uq_email_tokens_token_digest"),
    )
    op.create_index("ix_email_tokens_contact", "email_tokens", ["contact_id", "issued_at", "id"])
    op.create_index("ix_email_tokens_expires", "email_tokens", ["expires_at"])
    op.create_index(
        "ix_email_tokens_automatic",
        "email_tokens",
        ["account_id"],
        postgresql_where=sa.text("is_automatic AND state = 'issued' AND sent_at IS NULL"),
    )
    op.create_index(
        "ix_email_tokens_job",
        "email_tokens",
        ["job_id"],
        postgresql_where=sa.text("job_id IS NOT NULL AND state = 'issued' AND sent_at IS NULL"),
    )
    op.create_index(
        "uq_email_tokens_issued",
        "email_tokens",
        ["subject_id", "purpose"],
        unique=True,
        postgresql_where=sa.text("state = 'issued'"),
    )
    op.create_table(
        "portal_sessions",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("account_id", sa.Uuid, nullable=False),
        contact("fk_portal_sessions_contact"),
        sa.Column("token_digest", sa.String(64), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_used_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.Column("user_agent", sa.String(300), nullable=False),
        sa.Column("ip_address", sa.String(45), nullable=False),
        sa.UniqueConstraint("token_digest", name="uq_portal_sessions_token_digest"),
    )
    op.create_index("ix_portal_sessions_contact", "portal_sessions", ["contact_id", "created_at"])
    op.create_index("ix_portal_sessions_expires", "portal_sessions", ["expires_at"])
    op.create_table(
        "email_token_requests",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("email_key", sa.String(254), nullable=False),
        sa.Column("requested_at", MOMENT, nullable=False),
        sa.Column("correlation_id", sa.String(200), nullable=False),
        sa.Column("ip_address", sa.String(45), nullable=False),
        sa.Column("user_agent", sa.String(300), nullable=False),
    )
    op.create_index("ix_email_token_requests_requested", "email_token_requests", ["requested_at"])
    op.create_table(
        "throttles",
        sa.Column("rule", sa.String(30), primary_key=True),
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("window_started_at", MOMENT, nullable=False),
        sa.Column("next_allowed_at", MOMENT),
        sa.Column("expires_at", MOMENT, nullable=False),
    )
    op.create_index("ix_throttles_expires", "throttles", ["expires_at"])


def create_what_is_of_the_account() -> None:
    op.create_table(
        "tenants",
        sa.Column("account_id", sa.Uuid, primary_key=True),
        sa.Column("company_name", sa.String(200), nullable=False),
        sa.Column("slug", sa.String(60), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("locale", sa.String(2), nullable=False),
        sa.Column("time_zone", sa.String(64), nullable=False),
        sa.Column("is_cancelled", sa.Boolean, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_tenants_slug", "tenants", ["slug"])
    op.create_table(
        "account_settings",
        sa.Column("account_id", sa.Uuid, primary_key=True),
        sa.Column("user_activation_email", sa.Boolean, nullable=False),
        sa.Column("ticket_submission", sa.String(10), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_table(
        "jobs",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("subject", postgresql.JSONB, nullable=False),
        sa.Column("cursor", sa.Text),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("counts", postgresql.JSONB, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by", sa.Uuid),
        sa.Column("started_at", MOMENT),
        sa.Column("heartbeat_at", MOMENT),
        sa.Column("ended_at", MOMENT),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("error", sa.Text),
    )
    is_living = sa.text("state IN ('queued', 'running')")
    op.create_index("uq_jobs_living", "jobs", ["account_id", "kind"], unique=True, postgresql_where=is_living)
    op.create_index("ix_jobs_due", "jobs", ["due_at"], postgresql_where=is_living)
    op.create_index("ix_jobs_account", "jobs", ["account_id", "created_at", "id"])
    op.create_index("ix_jobs_ended", "jobs", ["ended_at"])


def contact(name: str, *, primary_key: bool = False) -> sa.Column[Any]:
    """The contact that a row belongs to, and goes with."""
    key = sa.ForeignKey("contacts.id", name=name, ondelete="CASCADE")
    return sa.Column("contact_id", sa.Uuid, key, nullable=False, primary_key=primary_key)


def move_addresses() -> None:
    """The one address of a contact becomes its primary one. Words follow when the contact is next saved."""
    op.execute("SET LOCAL frontdesk.scope = 'all'")
    op.execute("""
        INSERT INTO contact_emails (id, account_id, contact_id, email, email_key, is_primary, created_at)
        SELECT gen_random_uuid(), account_id, id, email, email_key, true, created_at FROM contacts
        WHERE email_key IS NOT NULL
    """)
    op.drop_index("uq_contacts_email_key", "contacts")
    op.drop_column("contacts", "email_key")


def downgrade() -> None:
    raise migrations.Irreversible("secondary addresses, portal passwords and custom fields would be lost")

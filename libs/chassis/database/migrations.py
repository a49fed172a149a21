"""Database migrations: Alembic with one history per service, one migrator at a time.

A service keeps `migrations/NNNN_title.py`. It connects as the owner of the tables
(`FRONTDESK_<SERVICE>_OWNER_DATABASE_URL`, else the service's own URL); the service itself has no right to change them.
"""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import structlog
from alembic import command
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from chassis import settings
from chassis.database import tables
from chassis.process import green

log = structlog.get_logger(__name__)

MIGRATION_LOCK = 7_203_500
LOCK_SECONDS = 120


class Irreversible(Exception):
    """A migration that cannot be undone; the text says what would be lost."""


def folder(service: str) -> Path:
    """Where a service keeps its migrations."""
    spec = importlib.util.find_spec(service)
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit(f"no service {service!r}")
    return Path(next(iter(spec.submodule_search_locations))) / "migrations"


def _config(service: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "alembic"))
    config.set_main_option("version_locations", str(folder(service)))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    return config


def migrate(service: str, *, revision: str = "head", url: str | None = None) -> str:
    """Bring a service's database to `revision`, alone: others wait at an advisory lock. Returns the revision."""
    return _move(service, revision, url, "_upgrade_revs")


def undo(service: str, *, revision: str, url: str | None = None) -> str:
    """Take a service's database back to `revision`, "base" for before the first. Raises `Irreversible`."""
    return _move(service, revision, url, "_downgrade_revs")


def _move(service: str, revision: str, url: str | None, way: str) -> str:
    variable = f"FRONTDESK_{service.upper()}_OWNER_DATABASE_URL"
    url = url or os.environ.get(variable) or settings.database_url(service)
    engine = sa.create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1), poolclass=sa.NullPool)
    scripts = ScriptDirectory.from_config(_config(service))
    with green.unlimited_statements(), engine.connect() as connection:
        connection.execute(text(f"SET lock_timeout = '{LOCK_SECONDS}s'"))
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
        connection.commit()
        try:
            return _run(service, scripts, connection, getattr(scripts, way), revision)
        finally:
            connection.rollback()
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": MIGRATION_LOCK})
            connection.commit()


def _run(service: str, scripts: ScriptDirectory, connection: Any, plan: Any, revision: str) -> str:
    """`plan` is what alembic's own commands call: the steps from where a database stands to a revision."""
    with EnvironmentContext(
        _config(service), scripts, fn=lambda current, _: plan(revision, current)
    ) as environment:
        environment.configure(connection=connection, transaction_per_migration=True)
        with environment.begin_transaction():
            environment.run_migrations()
        reached = environment.get_context().get_current_revision() or "nothing"
    connection.commit()
    log.info("database_migrated", service=service, revision=reached)
    return reached


def new(service: str, title: str) -> Path:
    """Write an empty migration for a service; returns its file."""
    scripts = ScriptDirectory.from_config(_config(service))
    number = f"{len(list(scripts.walk_revisions())) + 1:04d}"
    made: Any = command.revision(_config(service), message=title, rev_id=number)
    return Path(made.path)


def create_chassis_tables(op: Any) -> None:
    """Outbox, inbox, parked and idempotency, as a step of a service's first migration."""
    tables.metadata.create_all(op.get_bind())


def drop_chassis_tables(op: Any) -> None:
    """What `create_chassis_tables` made."""
    tables.metadata.drop_all(op.get_bind())


def protect_account_rows(op: Any, table: str, *, column: str = "account_id") -> None:
    """Row level security: a row is seen by its own account, or by a transaction that says that it works for all."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(
        # COALESCE also keeps the planner from taking the policy for a rare find: it would leave the index of a page.
        f"CREATE POLICY account_rows ON {table} USING ("
        f"COALESCE(current_setting('frontdesk.scope', true) IN ({column}::text, 'all'), false))"
    )

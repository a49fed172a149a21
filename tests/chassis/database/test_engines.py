"""The connection pool after a restart of the database: nobody sees an error."""

from __future__ import annotations

from contextlib import ExitStack

import psycopg
import sqlalchemy as sa
from sqlalchemy import Engine

from chassis.database import engines
from chassis.database.work import Begin

POOLED = 4
OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE usename = current_user AND pid <> pg_backend_pid()
"""


def fill_pool(begin: Begin) -> None:
    with ExitStack() as stack:
        for _ in range(POOLED):
            stack.enter_context(begin())


def end_connections(database: str) -> int:
    """As a restart does: the database closes every connection, and the pool does not know."""
    with psycopg.connect(database.replace("+psycopg", "")) as connection:
        return len(connection.execute(OTHERS).fetchall())


def answers(begin: Begin) -> int:
    with begin() as work:
        return int(work.session.scalar(sa.text("SELECT 1")) or 0)


def test_connections_that_the_database_closed_are_replaced_unseen(database: str) -> None:
    engine: Engine = engines.make_engine(database, pool_size=POOLED)
    begin = Begin(engine, None)
    fill_pool(begin)
    assert end_connections(database) == POOLED
    assert [answers(begin) for _ in range(POOLED)] == [1] * POOLED
    with begin.read() as connection:
        assert connection.scalar(sa.text("SELECT 1")) == 1
    engine.dispose()


def test_a_transaction_names_its_scope_and_forgets_it_at_its_end(database: str) -> None:
    engine = engines.make_engine(database, pool_size=1)
    scope = sa.text("SELECT current_setting('frontdesk.scope', true)")
    begin = Begin(engine, None)
    with begin.all_tenants() as work:
        assert work.session.scalar(scope) == "all"
    with begin() as work:
        assert work.session.scalar(scope) == ""
    engine.dispose()

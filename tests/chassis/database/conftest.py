"""Fixtures of the database tests: an engine on an empty database that holds the chassis's tables."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from chassis.database import engines, tables
from chassis.database.work import Begin


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    """As a service has it, with its limits and its scopes."""
    engine = engines.make_engine(database)
    with engines.account_scope(None):
        tables.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def begin(engine: Engine) -> Begin:
    """`with begin() as work:` is a unit of work; its outbox has no relay."""
    return Begin(engine, None)

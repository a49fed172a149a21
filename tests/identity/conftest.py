"""Common to the tests of identity: a clock that stands still, and a session in a database with its tables."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from tests.support.sessions import rolled_back
from tests.support.suite import Templates

NOW = datetime.datetime(2026, 3, 1, 9, 30, tzinfo=datetime.UTC)


@pytest.fixture(scope="session")
def accounts_url(templates: Templates) -> str:
    """The accounts service has every table that identity works with; each test rolls back what it did."""
    return templates.new("accounts")


@pytest.fixture
def session(accounts_url: str) -> Iterator[Session]:
    with rolled_back(accounts_url) as session:
        yield session

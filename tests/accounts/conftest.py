"""Common to the tests of the accounts rules: a session, a clock that stands still, and an owner."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy.orm import Session

from accounts.email_tokens.user_tokens import TokenIssuer
from accounts.models import AccountRow, UserRow
from accounts.signup import registration
from tests.support.sessions import rolled_back
from tests.support.suite import Templates
from wire.accounts.signup import CreateAccount

NOW = datetime.datetime(2026, 3, 1, 9, 30, tzinfo=datetime.UTC)
ISSUER = TokenIssuer(key="k" * 48)


@pytest.fixture(scope="session")
def accounts_url(templates: Templates) -> str:
    """A database where every test rolls back what it did."""
    return templates.new("accounts")


@pytest.fixture
def session(accounts_url: str) -> Iterator[Session]:
    with rolled_back(accounts_url) as session:
        yield session


def sign_up_request(**changes: Any) -> CreateAccount:
    values = {
        "company_name": "Plum & Co",
        "country": "FR",
        "owner_name": "Ann Owner",
        "owner_email": "ann@example.com",
    }
    return CreateAccount(**{**values, **changes})


def store(session: Session, **changes: Any) -> tuple[AccountRow, UserRow]:
    """An account and its owner, in the database."""
    account, owner = registration.draft(sign_up_request(**changes), now=NOW, trial_days=15)
    assert registration.store(session, account, owner, now=NOW) is None
    known = registration.user_of_address(session, owner.email_key)
    assert known is not None
    return known.account, known

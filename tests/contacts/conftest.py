"""Common to the tests of the contacts rules: a session, a clock that stands still, and an account's contacts."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy.orm import Session

from contacts.custom_fields import custom_fields, definitions
from contacts.people import addressbook
from contacts.people.models import ContactRow
from contacts.tenants.models import TenantRow
from tests.support.sessions import rolled_back
from tests.support.suite import Templates
from wire.contacts.custom_fields import CreateContactField, FieldKind
from wire.contacts.people import CreateContact

NOW = datetime.datetime(2026, 3, 1, 9, 30, tzinfo=datetime.UTC)
LATER = NOW + datetime.timedelta(hours=1)
ACCOUNT, OTHER = uuid.uuid4(), uuid.uuid4()


@pytest.fixture(scope="session")
def contacts_url(templates: Templates) -> str:
    """A database where every test rolls back what it did."""
    return templates.new("contacts")


@pytest.fixture
def session(contacts_url: str) -> Iterator[Session]:
    """Across accounts, so that only a query's own condition keeps them apart."""
    with rolled_back(contacts_url) as session:
        yield session


def add(session: Session, name: str = "Bob", account_id: uuid.UUID = ACCOUNT, **fields: Any) -> ContactRow:
    """A contact in the database; with an external id where nothing else tells it from others."""
    if not fields.keys() & {"email", "emails", "phone", "mobile", "external_id"}:
        fields["external_id"] = str(uuid.uuid4())
    return addressbook.add(session, account_id, CreateContact(name=name, **fields), now=NOW)


def know_country(session: Session, country: str = "FR") -> None:
    session.add(
        TenantRow(
            account_id=ACCOUNT,
            company_name="Plum",
            slug="plum",
            country=country,
            locale="en",
            time_zone="UTC",
        )
    )
    session.flush()


def define(session: Session, key: str, kind: FieldKind, **fields: Any) -> None:
    request = CreateContactField(key=key, label=key.title(), kind=kind, **fields)
    earlier = datetime.timedelta(seconds=len(custom_fields.defined(session, ACCOUNT)))
    definitions.create(session, ACCOUNT, request, now=NOW + earlier)

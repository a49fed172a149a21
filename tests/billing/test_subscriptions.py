"""What does an account have? A trial, opened once, however often it is asked for."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from billing import subscriptions
from billing.models import SubscriptionRow
from tests.support.sessions import at_once, committed, rolled_back
from tests.support.suite import Templates
from wire.billing import BillingOverview, BillingUnknown, SubscriptionStatus

NOW = datetime.datetime(2026, 3, 1, 9, 30, tzinfo=datetime.UTC)
END = NOW + datetime.timedelta(days=15)
ACCOUNT = uuid.uuid4()


@pytest.fixture(scope="module")
def url(templates: Templates) -> str:
    return templates.new("billing")


@pytest.fixture
def session(url: str) -> Iterator[Session]:
    with rolled_back(url, account_id=ACCOUNT) as session:
        yield session


def open_trial(session: Session, *, ends_at: datetime.datetime = END) -> None:
    subscriptions.open_trial(session, ACCOUNT, started_at=NOW, ends_at=ends_at, now=NOW)


def test_a_new_account_has_a_trial(session: Session) -> None:
    open_trial(session)
    assert subscriptions.overview(session, ACCOUNT, now=NOW) == BillingOverview(
        plan="trial",
        status=SubscriptionStatus.TRIAL,
        trial_started_at=NOW,
        trial_ends_at=END,
        as_of=NOW,
    )


def test_a_trial_that_is_open_stays_as_it_is(session: Session) -> None:
    open_trial(session)
    open_trial(session, ends_at=END + datetime.timedelta(days=15))
    assert subscriptions.overview(session, ACCOUNT, now=NOW).trial_ends_at == END


@pytest.mark.parametrize("account_id", [ACCOUNT, None])
def test_an_account_that_billing_has_not_heard_of_is_unknown(
    session: Session, account_id: uuid.UUID | None
) -> None:
    with pytest.raises(BillingUnknown):
        subscriptions.overview(session, account_id, now=NOW)


def test_ten_openings_at_once_open_one(templates: Templates) -> None:
    url = templates.new("billing")

    def once_more(_: int) -> None:
        with committed(url, account_id=ACCOUNT) as session:
            open_trial(session)

    assert at_once(10, once_more) == [None] * 10
    with committed(url, account_id=ACCOUNT) as session:
        assert session.scalar(select(func.count()).select_from(SubscriptionRow)) == 1

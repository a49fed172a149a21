"""Subscriptions: trials, paid plans, cancellation and late payment."""

from __future__ import annotations

import datetime
import itertools
import uuid
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from billing.subscriptions import periods, subscriptions
from billing.subscriptions.models import SubscriptionRow
from tests.support.sessions import at_once, committed, rolled_back
from tests.support.suite import Templates
from wire.billing import (
    BillingOverview,
    BillingUnknown,
    CancelledAccountHasNoPlan,
    PaymentStatus,
    PeriodInvalid,
    PlanNotForSale,
    SubscriptionStatus,
)

NOW = datetime.datetime(2026, 3, 1, 9, 30, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)
END = NOW + 15 * DAY
ACCOUNT = uuid.uuid4()


@pytest.fixture(scope="module")
def url(templates: Templates) -> str:
    return templates.new("billing")


@pytest.fixture
def session(url: str) -> Iterator[Session]:
    with rolled_back(url, account_id=ACCOUNT) as session:
        yield session


def open_trial(session: Session, *, ends_at: datetime.datetime = END, sequence: int = 1) -> None:
    subscriptions.open_trial(session, ACCOUNT, sequence=sequence, started_at=NOW, ends_at=ends_at, now=NOW)


def start(session: Session, plan: str = "team") -> SubscriptionRow:
    return subscriptions.start(session, ACCOUNT, plan=plan, period_ends_at=NOW + 30 * DAY, now=NOW)


def lives(session: Session) -> list[str]:
    """The plans of the subscriptions that have no end."""
    return list(session.scalars(select(SubscriptionRow.plan).where(SubscriptionRow.ended_at.is_(None))))


def test_a_new_account_has_a_trial(session: Session) -> None:
    open_trial(session)
    assert subscriptions.overview(session, ACCOUNT, now=NOW) == BillingOverview(
        plan="trial",
        status=SubscriptionStatus.TRIAL,
        trial_started_at=NOW,
        trial_ends_at=END,
        as_of=NOW,
        payment_status=PaymentStatus.TRIAL,
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


def test_a_plan_takes_the_place_of_what_was_there(session: Session) -> None:
    open_trial(session)
    start(session, "solo")
    start(session, "team")
    assert lives(session) == ["team"]
    shown = subscriptions.overview(session, ACCOUNT, now=NOW)
    assert (shown.plan, shown.status, shown.period_ends_at) == (
        "team",
        SubscriptionStatus.ACTIVE,
        NOW + 30 * DAY,
    )
    assert (shown.trial_started_at, shown.trial_ends_at) == (NOW, END), "the trial is remembered"


def test_two_live_subscriptions_cannot_exist(session: Session) -> None:
    open_trial(session)
    session.add(
        SubscriptionRow(
            id=uuid.uuid4(),
            account_id=ACCOUNT,
            plan="team",
            status="active",
            trial_started_at=NOW,
            trial_ends_at=END,
            is_invoiced=True,
            created_at=NOW,
        )
    )
    with pytest.raises(IntegrityError, match="uq_subscriptions_live"):
        session.flush()


def test_a_trial_is_no_plan_that_can_be_started(session: Session) -> None:
    open_trial(session)
    with pytest.raises(PlanNotForSale):
        start(session, "trial")


def test_a_cancelled_account_gets_no_plan(session: Session) -> None:
    open_trial(session)
    subscriptions.cancel(session, ACCOUNT, sequence=2, at=NOW)
    with pytest.raises(CancelledAccountHasNoPlan):
        start(session)
    assert lives(session) == []


def test_an_account_is_cancelled_once(session: Session) -> None:
    open_trial(session)
    ended = subscriptions.cancel(session, ACCOUNT, sequence=2, at=NOW + DAY)
    assert ended is not None
    assert ended.ended_at == NOW + DAY
    assert subscriptions.cancel(session, ACCOUNT, sequence=2, at=NOW + 2 * DAY) is None
    assert subscriptions.overview(session, ACCOUNT, now=NOW).status is SubscriptionStatus.ENDED


def test_a_plan_comes_back_for_what_was_paid_and_else_for_a_month(session: Session) -> None:
    open_trial(session)
    start(session)
    subscriptions.cancel(session, ACCOUNT, sequence=2, at=NOW + DAY)
    back = subscriptions.resume_plan(session, ACCOUNT, sequence=3, now=NOW + 2 * DAY)
    assert back is not None
    assert (back.plan, back.period_ends_at) == ("team", NOW + 30 * DAY)
    subscriptions.cancel(session, ACCOUNT, sequence=4, at=NOW + 40 * DAY)
    late = datetime.datetime(2026, 5, 31, 9, 30, tzinfo=datetime.UTC)
    again = subscriptions.resume_plan(session, ACCOUNT, sequence=5, now=late)
    assert again is not None
    assert again.period_ends_at == datetime.datetime(2026, 6, 30, 9, 30, tzinfo=datetime.UTC)
    assert lives(session) == ["team"]


TURNS = {
    1: open_trial,
    2: lambda session: subscriptions.cancel(session, ACCOUNT, sequence=2, at=NOW + DAY),
    3: lambda session: subscriptions.resume_trial(
        session, ACCOUNT, sequence=3, started_at=NOW, ends_at=NOW + 20 * DAY, now=NOW + 2 * DAY
    ),
}


@pytest.mark.parametrize("order", list(itertools.permutations(TURNS)))
@pytest.mark.parametrize("is_repeated", [False, True])
def test_whatever_order_an_accounts_turns_are_heard_in_the_last_one_counts(
    session: Session, order: tuple[int, ...], is_repeated: bool
) -> None:
    for number in (*order, *(order if is_repeated else ())):
        TURNS[number](session)
    assert lives(session) == ["trial"]
    assert subscriptions.overview(session, ACCOUNT, now=NOW).trial_ends_at == NOW + 20 * DAY


@pytest.mark.parametrize("is_cancelled_late", [False, True])
def test_a_plan_that_comes_back_is_not_ended_by_the_cancellation_before(
    session: Session, is_cancelled_late: bool
) -> None:
    open_trial(session)
    start(session)
    if not is_cancelled_late:
        subscriptions.cancel(session, ACCOUNT, sequence=2, at=NOW)
    subscriptions.resume_plan(session, ACCOUNT, sequence=3, now=NOW + DAY)
    assert subscriptions.cancel(session, ACCOUNT, sequence=2, at=NOW) is None
    assert lives(session) == ["team"]


def test_an_account_owes_what_it_owed_when_it_was_cancelled(session: Session) -> None:
    open_trial(session)
    row = start(session)
    assert not subscriptions.payment_status(session, ACCOUNT).owes
    assert subscriptions.payment_status(session, ACCOUNT).is_invoiced
    assert periods.now_past_due(session, now=NOW + 30 * DAY) == [row]
    session.flush()
    subscriptions.cancel(session, ACCOUNT, sequence=2, at=NOW + 31 * DAY)
    assert subscriptions.payment_status(session, ACCOUNT).owes


@pytest.mark.parametrize("days", [31, 60])
def test_what_was_owed_comes_back_as_owed_with_the_whole_grace_to_be_paid_in(
    session: Session, days: int
) -> None:
    open_trial(session)
    start(session)
    periods.now_past_due(session, now=NOW + 30 * DAY)
    session.flush()
    shown = subscriptions.overview(session, ACCOUNT, now=NOW)
    assert (shown.payment_status, shown.is_past_due) == (PaymentStatus.PAST_DUE, True)
    if days == 60:
        periods.now_restricted(session, grace=14 * DAY, now=NOW + 50 * DAY)
        session.flush()
        assert subscriptions.overview(session, ACCOUNT, now=NOW).payment_status is PaymentStatus.RESTRICTED
    subscriptions.cancel(session, ACCOUNT, sequence=2, at=NOW + days * DAY)
    back_at = NOW + (days + 1) * DAY
    back = subscriptions.resume_plan(session, ACCOUNT, sequence=3, now=back_at)
    assert back is not None
    assert (back.status, back.period_ends_at) == ("past_due", back_at)
    assert periods.now_past_due(session, now=back_at) == []
    assert periods.now_restricted(session, grace=14 * DAY, now=back_at + 13 * DAY) == []
    assert periods.now_restricted(session, grace=14 * DAY, now=back_at + 14 * DAY) == [back]


def test_the_payment_statuses_of_several_accounts_are_read_at_once(session: Session) -> None:
    open_trial(session)
    row = start(session)
    found = subscriptions.payment_statuses(session, [ACCOUNT, uuid.uuid4()])
    assert [(one.account_id, one.plan, one.owes) for one in found.data] == [(ACCOUNT, row.plan, False)]


def test_a_plan_falls_behind_once_and_is_restricted_once(session: Session) -> None:
    open_trial(session)
    row = start(session)
    grace = 14 * DAY
    assert periods.now_past_due(session, now=NOW + 29 * DAY) == []
    assert periods.now_past_due(session, now=NOW + 30 * DAY) == [row]
    assert periods.now_past_due(session, now=NOW + 30 * DAY) == []
    assert periods.now_restricted(session, grace=grace, now=NOW + 43 * DAY) == []
    assert periods.now_restricted(session, grace=grace, now=NOW + 44 * DAY) == [row]
    assert periods.now_restricted(session, grace=grace, now=NOW + 44 * DAY) == []


def test_a_period_is_said_in_one_way_and_ends_later() -> None:
    assert periods.end_of(NOW + DAY, None, now=NOW) == NOW + DAY
    last = datetime.datetime(2026, 1, 31, tzinfo=datetime.UTC)
    assert periods.end_of(None, 1, now=last) == datetime.datetime(2026, 2, 28, tzinfo=datetime.UTC)
    assert periods.end_of(None, 12, now=NOW) == NOW.replace(year=2027)
    for ends_at, months in ((None, None), (NOW + DAY, 1), (NOW, None)):
        with pytest.raises(PeriodInvalid):
            periods.end_of(ends_at, months, now=NOW)


def test_cancelling_and_coming_back_at_once_leaves_one_subscription_at_most(templates: Templates) -> None:
    url = templates.new("billing")
    with committed(url, account_id=ACCOUNT) as session:
        open_trial(session)
        start(session)

    def once_more(number: int) -> None:
        with committed(url, account_id=ACCOUNT) as session:
            if number % 2:
                subscriptions.cancel(session, ACCOUNT, sequence=2 + number, at=NOW)
            else:
                subscriptions.resume_plan(session, ACCOUNT, sequence=2 + number, now=NOW)

    assert at_once(9, once_more) == [None] * 9
    with committed(url, account_id=ACCOUNT) as session:
        assert lives(session) == ["team"], "the last turn was a return"

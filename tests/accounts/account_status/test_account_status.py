"""Account status, in whatever order billing's events come in."""

from __future__ import annotations

import datetime
import itertools
import uuid

import pytest
from sqlalchemy.orm import Session

from accounts.account_status import account_status
from accounts.account_status.account_status import SubscriptionEvent as Event
from accounts.account_status.account_status import SubscriptionState
from accounts.cancellation import cancellations
from accounts.models import AccountRow, UserRow
from accounts.reactivation import reactivation_requests, reactivations
from accounts.reactivation.models import ReactivationRequestRow
from tests.accounts.conftest import ISSUER, NOW, store
from wire.accounts.cancellation import CancelAccount, CancellationReason
from wire.accounts.reactivation import RequestActor, RequestState

DAY = datetime.timedelta(days=1)
STREAM = (
    Event.STARTED,
    Event.PAST_DUE,
    Event.RESTRICTED,
    Event.STARTED,
)
CANCEL = CancelAccount(current_password="x", reason=CancellationReason.OTHER, details="We close.")


def fact(
    account: AccountRow, number: int, said: Event, *, plan: str = "team", day: float = 0
) -> SubscriptionState:
    return SubscriptionState(
        account_id=account.id,
        sequence=number,
        event=said,
        plan=plan,
        period_ends_at=NOW + 30 * DAY,
        happened_at=NOW + day * DAY,
    )


def hear(
    session: Session, account: AccountRow, *facts: SubscriptionState, request_id: uuid.UUID | None = None
) -> None:
    """What the service does with events of billing; `request_id` is what the start of a plan answers."""
    for one in facts:
        account_status.record(session, one)
        answers = request_id if one.event is Event.STARTED else None
        if one.event is not Event.ENDED and answers is None:
            cancellations.correct(session, account, plan=one.plan, since=one.happened_at)
        request = reactivations.approved_request(session, answers)
        if request is not None and account_status.is_cancelled(account):
            reactivations.revive(session, account, plan_started_at=one.happened_at)
            reactivation_requests.move(session, request, RequestState.DONE, by=RequestActor.SYSTEM, now=NOW)
        else:
            account_status.reconcile(session, account)


def cancel(session: Session, account: AccountRow, owner: UserRow, *, day: float = 1) -> None:
    cancellations.cancel(session, account, owner, CANCEL, now=NOW + day * DAY)


def approved(session: Session, account: AccountRow, owner: UserRow) -> ReactivationRequestRow:
    row, _, _ = reactivation_requests.open_one(session, account, owner, issuer=ISSUER, now=NOW + 2 * DAY)
    reactivation_requests.move(
        session, row, RequestState.APPROVED, by=RequestActor.SUPPORT, now=NOW + 2 * DAY
    )
    return row


@pytest.mark.parametrize("length", [1, 2, 3, 4])
def test_the_last_word_of_billing_counts_in_every_order_and_however_often(
    session: Session, length: int
) -> None:
    for number, order in enumerate(itertools.permutations(range(length))):
        account, _ = store(session, owner_email=f"ann{length}.{number}@example.com")
        facts = [fact(account, 1 + index, STREAM[index], day=index) for index in range(length)]
        hear(session, account, *(facts[index] for index in order))
        hear(session, account, *facts)
        assert account.status == account_status.STATUS[STREAM[length - 1]].value, order
        assert (account.plan, account.period_ends_at) == ("team", NOW + 30 * DAY)


def test_a_late_past_due_does_not_lock_out_who_has_paid(session: Session) -> None:
    account, _ = store(session)
    hear(
        session,
        account,
        fact(account, 1, Event.STARTED),
        fact(account, 3, Event.STARTED, day=2),
    )
    hear(session, account, fact(account, 2, Event.PAST_DUE, day=1))
    assert account.status == "active"


def test_nothing_that_billing_says_revives_a_cancelled_account(session: Session) -> None:
    account, owner = store(session)
    cancel(session, account, owner)
    for number, said in enumerate(Event):
        hear(session, account, fact(account, 1 + number, said, day=0.5))
        hear(session, account, fact(account, 10 + number, said, day=5))
        assert account.status == "cancelled"


def test_a_plan_that_began_before_the_cancellation_makes_it_one_of_a_paid_account(session: Session) -> None:
    account, owner = store(session)
    cancel(session, account, owner)
    assert not cancellations.last(session, account.id).is_paid
    hear(session, account, fact(account, 1, Event.STARTED, day=0.9))
    assert cancellations.last(session, account.id).is_paid
    assert (account.status, account.plan) == ("cancelled", "team")


def test_a_plan_that_began_after_the_cancellation_changes_nothing_of_it(session: Session) -> None:
    account, owner = store(session)
    cancel(session, account, owner)
    hear(session, account, fact(account, 1, Event.STARTED, day=1.1))
    assert not cancellations.last(session, account.id).is_paid


COMING_BACK = (
    (1, Event.ENDED, 1.0),
    (2, Event.STARTED, 3.0),
    (3, Event.PAST_DUE, 33.0),
)


@pytest.mark.parametrize("order", list(itertools.permutations(COMING_BACK)))
@pytest.mark.parametrize("is_repeated", [False, True])
def test_an_approved_request_brings_the_account_back_whatever_comes_first(
    session: Session, order: tuple[tuple[int, Event, float], ...], is_repeated: bool
) -> None:
    account, owner = store(session)
    cancel(session, account, owner)
    request = approved(session, account, owner)
    for number, said, day in (*order, *(order if is_repeated else ())):
        hear(session, account, fact(account, number, said, day=day), request_id=request.id)
    assert request.state == "done"
    assert account.status == "past_due"
    assert account.cancelled_at is None


def test_the_start_that_answers_a_request_revives_the_account_once(session: Session) -> None:
    account, owner = store(session)
    cancel(session, account, owner)
    request = approved(session, account, owner)
    started = fact(account, 2, Event.STARTED, day=3)
    hear(session, account, started, request_id=request.id)
    assert account.status == "active"
    cancel(session, account, owner, day=4)
    hear(session, account, started, request_id=request.id)
    assert account.status == "cancelled"


@pytest.mark.parametrize("is_told_late", [False, True])
def test_a_trial_that_is_back_is_not_touched_by_the_end_of_the_one_before(
    session: Session, is_told_late: bool
) -> None:
    account, owner = store(session)
    cancel(session, account, owner)
    ended = fact(account, 1, Event.ENDED, plan="trial", day=1)
    if not is_told_late:
        hear(session, account, ended)
    reactivations.resume_trial(session, account, now=NOW + 2 * DAY)
    hear(session, account, ended)
    assert (account.status, account.plan) == ("trial", "trial")


def test_an_account_whose_plan_billing_ends_by_itself_is_restricted(session: Session) -> None:
    account, _ = store(session)
    hear(
        session,
        account,
        fact(account, 1, Event.STARTED),
        fact(account, 2, Event.ENDED, day=3),
    )
    assert account.status == "restricted"

"""Cancellations and reactivations of accounts."""

from __future__ import annotations

import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import messages
from accounts.activation import activations
from accounts.audit_log.actors import Actor, ActorKind
from accounts.cancellation import cancellations
from accounts.cancellation.models import CancellationRow
from accounts.email_tokens.models import EmailTokenRow
from accounts.email_tokens.user_tokens import Purpose
from accounts.models import AccountRow, UserRow
from accounts.reactivation import reactivation_requests, reactivations
from accounts.sessions import cancelled_login, sessions
from accounts.sessions.models import SessionRow
from accounts.trials import trials
from identity import tokens
from tests.accounts.conftest import ISSUER, NOW, store
from wire.accounts.cancellation import (
    CancelAccount,
    CancellationAlreadyScheduled,
    CancellationDetailsRequired,
    CancellationNotDeferrable,
    CancellationNotScheduled,
    CancellationReason,
    Effective,
)
from wire.accounts.reactivation import (
    ListReactivationRequests,
    ReactivationRequestDecided,
    ReactivationRequestUnknown,
    RequestActor,
    RequestState,
)

DAY = datetime.timedelta(days=1)
KEY = "k" * 40
BY = Actor(kind=ActorKind.USER)


def wish(effective: Effective = Effective.NOW) -> CancelAccount:
    return CancelAccount(
        current_password="x",
        reason=CancellationReason.UNUSED,
        details=" We close. ",
        effective=effective,
    )


def cancel(session: Session, account: AccountRow, owner: UserRow, *, day: float = 1) -> CancellationRow:
    return cancellations.cancel(session, account, owner, wish(), now=NOW + day * DAY)


def paid(session: Session) -> tuple[AccountRow, UserRow]:
    account, owner = store(session)
    account.status, account.plan, account.period_ends_at = "active", "team", NOW + 30 * DAY
    session.flush()
    return account, owner


def test_details_that_say_nothing_are_none() -> None:
    cancellations.check_details("We close.")
    for details in ("", "  \n\t "):
        with pytest.raises(CancellationDetailsRequired):
            cancellations.check_details(details)


def test_a_cancelled_trial_keeps_the_days_that_were_left(session: Session) -> None:
    account, owner = store(session)
    row = cancel(session, account, owner, day=4)
    assert (row.is_paid, row.details, row.state) == (False, "We close.", "done")
    assert row.trial_seconds_left == 11 * DAY.total_seconds()
    assert (account.status, account.cancelled_at) == ("cancelled", NOW + 4 * DAY)


@pytest.mark.parametrize(("day", "left"), [(4.0, 11.0), (14.5, 1.0), (20.0, 1.0)])
def test_a_trial_goes_on_with_the_days_that_were_left_at_least_one(
    session: Session, day: float, left: float
) -> None:
    account, owner = store(session)
    cancel(session, account, owner, day=day)
    back_at = NOW + 100 * DAY
    reactivations.resume_trial(session, account, now=back_at)
    assert (account.status, account.cancelled_at) == ("trial", None)
    assert account.trial_ends_at == back_at + left * DAY


def test_a_cancelled_accounts_links_are_dead(session: Session) -> None:
    account, owner = store(session)
    activations.issue(session, owner, company_name="Plum", issuer=ISSUER, now=NOW, hours=72)
    cancel(session, account, owner)
    assert session.scalars(select(EmailTokenRow.state)).all() == ["revoked"]


def test_the_link_that_takes_an_address_back_outlives_the_account(session: Session) -> None:
    """Who stole an account by its address must not end the way back by cancelling it."""
    account, owner = store(session)
    ISSUER.issue(session, owner, Purpose.EMAIL_UNDO, now=NOW, life=7 * DAY)
    ISSUER.issue(session, owner, Purpose.EMAIL_CHANGE, now=NOW, life=DAY)
    cancel(session, account, owner)
    states = {row.purpose: row.state for row in session.scalars(select(EmailTokenRow))}
    assert states == {"email_undo": "issued", "email_change": "revoked"}


def test_a_plan_is_cancelled_at_the_end_of_its_period(session: Session) -> None:
    account, owner = paid(session)
    row = cancellations.schedule(session, account, owner, wish(Effective.PERIOD_END), now=NOW)
    assert (account.status, account.cancels_at) == ("active", NOW + 30 * DAY)
    session.flush()
    assert cancellations.due(session, now=NOW + 29 * DAY) is None
    due = cancellations.due(session, now=NOW + 30 * DAY)
    assert due is account
    assert cancellations.take_effect(session, account, now=NOW + 30 * DAY) is row
    assert (account.status, account.cancels_at, row.state, row.is_paid) == ("cancelled", None, "done", True)
    assert cancellations.due(session, now=NOW + 31 * DAY) is None


def test_a_cancellation_that_waits_is_undone_once(session: Session) -> None:
    account, owner = paid(session)
    cancellations.schedule(session, account, owner, wish(Effective.PERIOD_END), now=NOW)
    with pytest.raises(CancellationAlreadyScheduled):
        cancellations.schedule(session, account, owner, wish(Effective.PERIOD_END), now=NOW)
    cancellations.undo(session, account)
    assert account.cancels_at is None
    with pytest.raises(CancellationNotScheduled):
        cancellations.undo(session, account)
    cancellations.schedule(session, account, owner, wish(Effective.PERIOD_END), now=NOW)


def test_who_does_not_want_to_wait_any_more_cancels_at_once(session: Session) -> None:
    account, owner = paid(session)
    cancellations.schedule(session, account, owner, wish(Effective.PERIOD_END), now=NOW)
    cancel(session, account, owner)
    states = session.scalars(select(CancellationRow.state).order_by(CancellationRow.requested_at)).all()
    assert states == ["replaced", "done"]
    with pytest.raises(CancellationNotScheduled):
        cancellations.undo(session, account)


def test_only_a_paid_period_can_be_waited_for(session: Session) -> None:
    account, owner = store(session)
    with pytest.raises(CancellationNotDeferrable):
        cancellations.schedule(session, account, owner, wish(Effective.PERIOD_END), now=NOW)
    other, its_owner = store(session, owner_email="bob@example.com")
    other.status, other.period_ends_at = "past_due", NOW - DAY
    with pytest.raises(CancellationNotDeferrable):
        cancellations.schedule(session, other, its_owner, wish(Effective.PERIOD_END), now=NOW)


def test_the_way_back_is_an_owners_for_a_quarter_of_an_hour(session: Session) -> None:
    account, owner = store(session)
    cancel(session, account, owner)
    told = cancelled_login.offer(session, owner, by=BY, now=NOW)
    assert told.facts["account_type"] == "trial"
    session.flush()
    token = str(told.facts["token"])
    known = sessions.identify(session, tokens.digest(token), now=NOW, idle=DAY)
    assert known.is_returning
    row = session.scalars(select(SessionRow)).one()
    assert row.expires_at - row.created_at == datetime.timedelta(minutes=15)
    owner.role = "agent"
    refused = cancelled_login.offer(session, owner, by=BY, now=NOW)
    assert "token" not in refused.facts


def test_an_account_has_one_request_at_a_time(session: Session) -> None:
    account, owner = paid(session)
    cancel(session, account, owner)
    first, link, is_new = reactivation_requests.open_one(session, account, owner, issuer=ISSUER, now=NOW)
    again, same_link, is_new_again = reactivation_requests.open_one(
        session, account, owner, issuer=ISSUER, now=NOW + DAY
    )
    assert (is_new, is_new_again) == (True, False)
    assert (again.id, same_link.id) == (first.id, link.id)
    assert tokens.digest(ISSUER.secret(link)) == first.token_digest
    reactivation_requests.move(
        session, first, RequestState.REFUSED, by=RequestActor.SUPPORT, now=NOW, note="No."
    )
    another, _, is_another_new = reactivation_requests.open_one(
        session, account, owner, issuer=ISSUER, now=NOW + DAY
    )
    assert is_another_new
    assert another.number > first.number


@pytest.mark.parametrize("first", [RequestState.APPROVED, RequestState.REFUSED, RequestState.WITHDRAWN])
@pytest.mark.parametrize("second", [RequestState.APPROVED, RequestState.REFUSED, RequestState.WITHDRAWN])
def test_a_request_is_decided_once(session: Session, first: RequestState, second: RequestState) -> None:
    account, owner = paid(session)
    cancel(session, account, owner)
    row, _, _ = reactivation_requests.open_one(session, account, owner, issuer=ISSUER, now=NOW)
    reactivation_requests.move(session, row, first, by=RequestActor.SUPPORT, now=NOW)
    with pytest.raises(ReactivationRequestDecided) as refused:
        reactivation_requests.move(session, row, second, by=RequestActor.SUPPORT, now=NOW)
    assert refused.value.facts["state"] == first.value
    assert [step.state for step in messages.as_reactivation_request(row).history] == [
        RequestState.OPEN,
        first,
    ]


def test_a_token_shows_its_own_request_only(session: Session) -> None:
    account, owner = paid(session)
    cancel(session, account, owner)
    row, _, _ = reactivation_requests.open_one(session, account, owner, issuer=ISSUER, now=NOW)
    assert reactivation_requests.by_token(session, row.token_digest, row.number) is row
    assert reactivation_requests.by_token(session, row.token_digest, None) is row
    for digest, number in ((tokens.digest("x"), row.number), (row.token_digest, row.number + 1)):
        with pytest.raises(ReactivationRequestUnknown):
            reactivation_requests.by_token(session, digest, number)


def test_support_sees_requests_a_page_at_a_time_the_oldest_first(session: Session) -> None:
    numbers = []
    for index in range(3):
        account, owner = store(session, owner_email=f"owner{index}@example.com")
        cancel(session, account, owner)
        numbers.append(
            reactivation_requests.open_one(session, account, owner, issuer=ISSUER, now=NOW)[0].number
        )
    first = reactivation_requests.page(session, ListReactivationRequests(state=RequestState.OPEN, limit=2))
    assert ([one.number for one in first.data], first.has_more) == (numbers[:2], True)
    wanted = ListReactivationRequests(state=RequestState.OPEN, limit=2, after=first.next_cursor)
    second = reactivation_requests.page(session, wanted)
    assert ([one.number for one in second.data], second.has_more) == (numbers[2:], False)
    (alone,) = reactivation_requests.page(session, ListReactivationRequests(number=numbers[1])).data
    assert alone.number == numbers[1]


def test_a_return_is_recent_for_so_many_days_and_never_for_none(session: Session) -> None:
    account, owner = paid(session)
    cancel(session, account, owner, day=0)
    assert reactivations.is_recent(account, days=30, now=NOW + 30 * DAY)
    assert not reactivations.is_recent(account, days=30, now=NOW + 31 * DAY)
    assert not reactivations.is_recent(account, days=0, now=NOW)


def test_a_trials_end_is_told_three_days_before_and_when_it_comes_once_each(session: Session) -> None:
    account, owner = store(session)
    assert trials.ending(session, now=NOW + 11 * DAY) == []
    assert trials.ending(session, now=NOW + 12 * DAY) == [account]
    session.flush()
    assert trials.ending(session, now=NOW + 13 * DAY) == []
    assert trials.ended(session, now=NOW + 14 * DAY) == []
    assert trials.ended(session, now=NOW + 15 * DAY) == [account]
    session.flush()
    assert trials.ended(session, now=NOW + 16 * DAY) == []
    cancel(session, account, owner, day=16)
    reactivations.resume_trial(session, account, now=NOW + 20 * DAY)
    assert trials.ending(session, now=NOW + 20 * DAY) == [account], "it has another end now"

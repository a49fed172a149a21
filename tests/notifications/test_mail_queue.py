"""The mail queue: a mail is claimed by one delivery, and settled by nobody else."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from notifications import mail_queue
from notifications.mail_queue import LEASE, RETRY_DELAYS, WAIT
from notifications.mails.outgoing import OutgoingMail
from notifications.models import AttemptRow, NotificationRow
from tests.support.sessions import committed, rolled_back
from tests.support.suite import Templates

NOW = datetime.datetime(2026, 3, 1, 9, 30, tzinfo=datetime.UTC)
SECOND = datetime.timedelta(seconds=1)


@pytest.fixture(scope="module")
def url(templates: Templates) -> str:
    return templates.new("notifications")


@pytest.fixture
def session(url: str) -> Iterator[Session]:
    with rolled_back(url) as session:
        yield session


@pytest.fixture
def transactions(templates: Templates) -> Iterator[Callable[[], Session]]:
    """`transactions()` opens another transaction on one database, as another process would."""
    url = templates.new("notifications")
    with ExitStack() as stack:
        yield lambda: stack.enter_context(committed(url))


def mail(
    recipient: str = "ann@example.com", *, event_id: uuid.UUID | None = None, name: str = "welcome"
) -> OutgoingMail:
    return OutgoingMail(
        event_id=event_id or uuid.uuid4(),
        account_id=uuid.uuid4(),
        mail=name,
        recipient=recipient,
        recipient_name="Ann",
        locale="en",
        data={"name": "Ann"},
        correlation_id="a-request",
    )


def queued(session: Session, *, now: datetime.datetime = NOW) -> None:
    assert mail_queue.add(session, mail(), now=now)


def claimed(session: Session, *, now: datetime.datetime = NOW) -> NotificationRow:
    row = mail_queue.claim(session, now=now)
    assert row is not None
    session.expunge(row)  # what a delivery holds is what it was when it claimed it
    return row


def stored(session: Session) -> NotificationRow:
    return session.scalars(select(NotificationRow).execution_options(populate_existing=True)).one()


def tries(session: Session) -> list[tuple[int, str]]:
    query = select(AttemptRow.number, AttemptRow.outcome).order_by(AttemptRow.number)
    return [(number, outcome) for number, outcome in session.execute(query)]


def test_an_event_asks_one_recipient_for_one_mail_once(session: Session) -> None:
    event_id = uuid.uuid4()
    assert mail_queue.add(session, mail(event_id=event_id), now=NOW)
    assert not mail_queue.add(session, mail(event_id=event_id), now=NOW)
    assert not mail_queue.add(session, mail("ANN@example.com", event_id=event_id), now=NOW)
    assert mail_queue.add(session, mail("bob@example.com", event_id=event_id), now=NOW)
    assert mail_queue.add(session, mail(event_id=event_id, name="goodbye"), now=NOW)
    assert session.scalar(select(func.count()).select_from(NotificationRow)) == 3


def test_what_is_due_longest_is_claimed_first_and_one_at_a_time(session: Session) -> None:
    for minutes in (2, 1, 3):
        queued(session, now=NOW - datetime.timedelta(minutes=minutes))
    queued(session, now=NOW + SECOND)
    found = [claimed(session) for _ in range(3)]
    assert [row.created_at for row in found] == sorted(row.created_at for row in found)
    assert mail_queue.claim(session, now=NOW) is None


def test_of_many_that_are_due_at_once_one_is_claimed(transactions: Callable[[], Session]) -> None:
    """A subquery with a limit that is asked once per row would claim them all."""
    setup = transactions()
    for _ in range(20):
        queued(setup)
    setup.commit()
    session = transactions()
    claimed(session)
    states = select(NotificationRow.state, func.count()).group_by(NotificationRow.state)
    assert dict(session.execute(states).all()) == {"queued": 19, "sending": 1}  # type: ignore[arg-type]


def test_what_is_not_due_is_left_alone(session: Session) -> None:
    queued(session, now=NOW)
    assert mail_queue.claim(session, now=NOW - SECOND) is None


def test_two_deliveries_at_once_take_different_mails(transactions: Callable[[], Session]) -> None:
    setup = transactions()
    for _ in range(2):
        queued(setup)
    setup.commit()
    first, second, third = transactions(), transactions(), transactions()
    rows = claimed(first), claimed(second)
    assert rows[0].id != rows[1].id
    assert mail_queue.claim(third, now=NOW) is None


def test_the_mail_of_a_dead_process_is_taken_over_when_its_lease_ends(session: Session) -> None:
    queued(session)
    dead = claimed(session)
    assert mail_queue.claim(session, now=NOW + LEASE - SECOND) is None
    alive = claimed(session, now=NOW + LEASE)
    assert (alive.id, alive.attempts) == (dead.id, dead.attempts + 1)


def test_a_late_delivery_marks_nothing(session: Session) -> None:
    queued(session)
    late = claimed(session)
    alive = claimed(session, now=NOW + LEASE)
    assert not mail_queue.settle(session, late, state="sent", now=NOW + LEASE)
    assert not mail_queue.postpone(session, late, reply="later", now=NOW + LEASE)
    assert not mail_queue.put_back(session, late, reason="away", now=NOW + LEASE)
    assert (stored(session).state, tries(session)) == ("sending", [])
    assert mail_queue.settle(session, alive, state="sent", reply="250", now=NOW + LEASE)
    assert not mail_queue.settle(session, late, state="abandoned", now=NOW + LEASE)
    row = stored(session)
    assert (row.state, row.sent_at, row.reason) == ("sent", NOW + LEASE, None)
    assert tries(session) == [(2, "sent")]


def test_what_is_settled_is_never_claimed_again(session: Session) -> None:
    for state in ("sent", "suppressed", "abandoned"):
        queued(session)
        assert mail_queue.settle(session, claimed(session), state=state, now=NOW)
    assert mail_queue.claim(session, now=NOW + datetime.timedelta(days=30)) is None


def test_a_refused_mail_is_tried_again_with_growing_pauses_and_abandoned_in_the_end(session: Session) -> None:
    queued(session)
    now = NOW
    for number, delay in enumerate(RETRY_DELAYS, start=1):
        assert mail_queue.postpone(session, claimed(session, now=now), reply="451", now=now)
        assert mail_queue.claim(session, now=now + delay - SECOND) is None
        now += delay
        assert tries(session)[-1] == (number, "postponed")
    assert [delay.total_seconds() / 60 for delay in RETRY_DELAYS] == [1, 5, 30, 120, 720]
    last = claimed(session, now=now)
    assert not mail_queue.postpone(session, last, reply="451", now=now)
    assert mail_queue.settle(session, last, state="abandoned", reply="451", now=now)
    assert stored(session).reason == "451"


def test_waiting_for_a_service_of_our_own_uses_up_no_try(session: Session) -> None:
    queued(session)
    now = NOW
    for _ in range(100):
        assert mail_queue.put_back(session, claimed(session, now=now), reason="accounts is away", now=now)
        assert mail_queue.claim(session, now=now + WAIT - SECOND) is None
        now += WAIT
    assert tries(session) == []
    assert mail_queue.postpone(session, claimed(session, now=now), reply="451", now=now)
    assert stored(session).due_at == now + RETRY_DELAYS[0]

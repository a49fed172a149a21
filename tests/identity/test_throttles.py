"""Throttles: who tries too often, and what it costs them."""

from __future__ import annotations

import datetime
import uuid

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from accounts.retention import retention
from identity import throttles
from identity.limits import Limits
from identity.throttles import Counter, Throttles
from tests.identity.conftest import NOW
from tests.support.sessions import at_once, committed
from tests.support.suite import Templates
from wire.identity import QuotaExceeded

LIMITS = Limits()
THROTTLES = Throttles(key="s" * 48, limits=LIMITS)
ANN = THROTTLES.of_address("ann@example.com")


def after(**parts: float) -> datetime.datetime:
    return NOW + datetime.timedelta(**parts)


def fail(session: Session, counter: Counter = ANN, *, now: datetime.datetime = NOW) -> int:
    return THROTTLES.admit(session, counter, now=now)


def wait_of(session: Session, counter: Counter = ANN) -> float:
    """How long after the last fail the next try is looked at, in seconds."""
    query = text("SELECT next_allowed_at FROM throttles WHERE rule = :rule AND key = :key")
    moment = session.scalar(query, {"rule": counter.rule.value, "key": counter.key})
    return 0.0 if moment is None else (moment - NOW).total_seconds()


def exhaust(session: Session, counter: Counter = ANN, *, fails: int) -> datetime.datetime:
    """So many fails, each as early as possible; the moment of the last."""
    now = NOW
    for _ in range(fails):
        assert fail(session, counter, now=now)
        now += datetime.timedelta(seconds=max(0.0, wait_of(session, counter) - (now - NOW).total_seconds()))
    return now


# Of one account.


def test_five_fails_are_free_and_then_the_wait_doubles_up_to_a_quarter_of_an_hour(session: Session) -> None:
    waits, now = [], NOW
    for _ in range(17):
        assert fail(session, now=now)
        wait = max(0.0, wait_of(session) - (now - NOW).total_seconds())
        waits.append(wait)
        now += datetime.timedelta(seconds=wait)
    assert waits == [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]


def test_nothing_is_looked_at_while_the_wait_lasts_and_asking_does_not_prolong_it(session: Session) -> None:
    exhaust(session, fails=4)
    assert fail(session)
    for _ in range(10):
        assert not fail(session, now=after(seconds=0.9))
    assert fail(session, now=after(seconds=1))


def test_after_a_hundred_fails_in_a_row_only_a_reset_helps(session: Session) -> None:
    now = exhaust(session, fails=100)
    for later in (1, 365, 3000):
        assert not fail(session, now=now + datetime.timedelta(days=later))
        retention.clean(session, now=now + datetime.timedelta(days=later))
    throttles.clear(session, ANN)
    assert fail(session, now=now + datetime.timedelta(days=3000))


def test_who_gets_in_begins_anew(session: Session) -> None:
    exhaust(session, fails=4)
    throttles.clear(session, ANN)
    exhaust(session, fails=4)
    assert wait_of(session) == 0


def test_fails_stay_consecutive_over_a_month(session: Session) -> None:
    exhaust(session, fails=4)
    assert fail(session, now=after(days=30))
    assert not fail(session, now=after(days=30))


def test_one_address_does_not_hold_up_another(session: Session) -> None:
    exhaust(session, fails=5)
    assert fail(session, THROTTLES.of_address("bob@example.com"))


def test_strangers_do_not_move_the_counter_of_a_known_device(session: Session) -> None:
    user_id = uuid.uuid4()
    exhaust(session, fails=5)
    device = THROTTLES.of_device(user_id, "nonce.proof", stored_hash="hash")
    assert fail(session, device)
    exhaust(session, THROTTLES.of_device(user_id, "another", stored_hash="hash"), fails=5)
    assert fail(session, device)


def test_a_new_password_frees_every_device(session: Session) -> None:
    user_id = uuid.uuid4()
    exhaust(session, THROTTLES.of_device(user_id, "nonce.proof", stored_hash="hash"), fails=100)
    assert fail(session, THROTTLES.of_device(user_id, "nonce.proof", stored_hash="another hash"))


def test_a_key_names_nobody(session: Session) -> None:
    fail(session)
    THROTTLES.admit_email(session, "ann@example.com", ip_address="192.0.2.7", now=NOW)
    rows = [str(row) for row in session.execute(text("SELECT * FROM throttles"))]
    assert len(rows) == 4
    assert not any("ann" in row or "192.0.2" in row for row in rows)
    assert ANN.key != Throttles(key="t" * 48, limits=LIMITS).of_address("ann@example.com").key


def test_many_at_once_get_no_more_tries_than_one_after_the_other(templates: Templates) -> None:
    url = templates.new("accounts")

    def one(_: int) -> bool:
        with committed(url) as session:
            return bool(fail(session))

    assert sum(outcome is True for outcome in at_once(40, one)) == 5


# Of one network.


def log_in(
    session: Session,
    ip_address: str = "192.0.2.7",
    email: str = "ann@example.com",
    *,
    now: datetime.datetime = NOW,
) -> None:
    THROTTLES.check_network(session, ip_address, email, now=now)


def test_a_network_has_twenty_log_ins_a_minute_and_is_told_when_there_is_room_again(session: Session) -> None:
    for number in range(20):
        log_in(session, f"192.0.2.{number}")
    with pytest.raises(QuotaExceeded) as refused:
        log_in(session, "192.0.2.200", now=after(seconds=17.5))
    assert refused.value.facts == {
        "policy": "log-in",
        "quota": 20,
        "window_seconds": 60,
        "seconds_left": 43,
    }
    log_in(session, "192.0.3.1")
    log_in(session, now=after(minutes=1))


def test_a_network_tries_fifty_addresses_an_hour(session: Session) -> None:
    for number in range(50):
        now = after(minutes=number)
        log_in(session, email=f"user{number}@example.com", now=now)
        log_in(session, email=f"user{number}@example.com", now=now)
    with pytest.raises(QuotaExceeded) as refused:
        log_in(session, email="another@example.com", now=after(minutes=50))
    assert refused.value.facts["policy"] == "log-in-addresses"
    assert refused.value.facts["seconds_left"] == 600
    log_in(session, email="user49@example.com", now=after(minutes=51))
    log_in(session, email="another@example.com", now=after(minutes=61))


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("192.0.2.1", "192.0.2.254", True),
        ("192.0.2.1", "192.0.3.1", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "192.0.2.9", True),
    ],
)
def test_a_network_is_a_slash_24_or_a_slash_64(one: str, other: str, is_same: bool) -> None:
    assert (throttles.network(one) == throttles.network(other)) is is_same


def test_who_comes_from_nowhere_is_held_to_the_account_alone(session: Session) -> None:
    for _ in range(100):
        log_in(session, "")


# Of tokens by email, and of codes.


def ask(
    session: Session, email: str = "ann@example.com", ip_address: str = "192.0.2.7", **ago: float
) -> bool:
    return THROTTLES.admit_email(session, email, ip_address=ip_address, now=after(**ago))


def test_an_address_gets_three_links_an_hour_and_ten_a_day(session: Session) -> None:
    granted = [ask(session, minutes=minutes) for minutes in (0, 1, 2, 3)]
    assert granted == [True, True, True, False]
    later = [ask(session, hours=hours, minutes=minutes) for hours in (2, 4, 6) for minutes in (0, 1, 2)]
    assert sum(later) == 6, "the fourth of the first hour counts too"
    assert ask(session, hours=25)


def test_a_network_asks_for_twenty_links_an_hour(session: Session) -> None:
    granted = [ask(session, f"user{number}@example.com", f"192.0.2.{number}") for number in range(25)]
    assert sum(granted) == 20
    assert ask(session, "user24@example.com", minutes=61)


def test_a_network_signs_up_and_asks_for_links_twenty_times_an_hour_together(session: Session) -> None:
    def sign_up(now: datetime.datetime) -> None:
        THROTTLES.check_sign_up(session, "192.0.2.9", now=now)

    for number in range(10):
        assert ask(session, f"user{number}@example.com")
        sign_up(NOW)
    with pytest.raises(QuotaExceeded) as refused:
        sign_up(after(minutes=15))
    assert refused.value.facts == {
        "policy": "sign-up",
        "quota": 20,
        "window_seconds": 3600,
        "seconds_left": 2700,
    }
    assert not ask(session, "another@example.com", minutes=30)
    sign_up(after(minutes=60))


def test_five_wrong_codes_end_the_flow(session: Session) -> None:
    flow, other = uuid.uuid4(), uuid.uuid4()

    def code(of: uuid.UUID, **ago: float) -> bool:
        return THROTTLES.count_code(session, of, now=after(**ago)).has_room

    assert [code(flow) for _ in range(7)] == [True] * 5 + [False] * 2
    assert code(other)
    assert code(flow, minutes=15)
    THROTTLES.clear_codes(session, other)
    assert [code(other) for _ in range(6)] == [True] * 5 + [False]


def test_what_is_over_is_deleted_and_nothing_else(session: Session) -> None:
    def cleaned(now: datetime.datetime) -> int:
        return retention.clean(session, now=now)["throttles"]

    fail(session)
    log_in(session)
    before = session.scalar(text("SELECT count(*) FROM throttles"))
    assert cleaned(NOW) == 0
    assert cleaned(after(minutes=1)) == 1, "the minute of the network"
    assert cleaned(after(days=1)) == 2, "the hours of the network"
    assert (before, cleaned(after(days=91))) == (4, 1)


# Of an account's mails.


def room(session: Session, account_id: uuid.UUID, *, now: datetime.datetime = NOW) -> int | None:
    left, _ = THROTTLES.room_for_mails(session, account_id, allowed=100, now=now)
    return left


def test_an_account_has_so_many_mails_an_hour_and_the_hour_begins_with_the_first(session: Session) -> None:
    plum, pear = uuid.uuid4(), uuid.uuid4()
    assert room(session, plum) == 100
    THROTTLES.count_mails(session, plum, number=30, now=NOW)
    THROTTLES.count_mails(session, plum, number=70, now=after(minutes=59))
    assert THROTTLES.room_for_mails(session, plum, allowed=100, now=after(minutes=59)) == (0, after(hours=1))
    assert room(session, pear, now=after(minutes=59)) == 100
    assert room(session, plum, now=after(hours=1)) == 100


def test_without_a_limit_there_is_always_room(session: Session) -> None:
    plum = uuid.uuid4()
    THROTTLES.count_mails(session, plum, number=1_000_000, now=NOW)
    assert THROTTLES.room_for_mails(session, plum, allowed=0, now=NOW)[0] is None

"""An address stays one person's when many ask for it at the same moment."""

from __future__ import annotations

import uuid

import pytest

from accounts.models import UserRow
from tests.accounts.email_changes.changing_addresses import (
    NEW,
    NEWER,
    OLD,
    Person,
    asked,
    begin,
    changed,
    confirm,
    holder,
    person,
    states,
    undo,
)
from tests.support.sessions import at_once, committed
from tests.support.suite import Templates
from wire.accounts.email_changes import (
    EmailChangeCancelled,
)
from wire.identity import EmailInUse, EmailTokenUsed


def ready(url: str, *emails: str) -> list[Person]:
    with committed(url) as session:
        return [person(session, email) for email in emails]


def test_of_many_who_confirm_one_address_at_once_one_gets_it(templates: Templates) -> None:
    url = templates.new("accounts")
    people = ready(url, *(f"user{number}@example.com" for number in range(8)))
    with committed(url) as session:
        digests = [asked(session, who) for who in people]

    def use(number: int) -> uuid.UUID:
        with committed(url) as session:
            return confirm(session, digests[number]).user.id

    outcomes = at_once(len(people), use)
    assert sum(isinstance(outcome, uuid.UUID) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, EmailInUse) for outcome in outcomes) == 7
    with committed(url) as session:
        assert holder(session, NEW) in outcomes


def test_of_two_who_ask_for_one_address_at_once_both_are_told_the_same(templates: Templates) -> None:
    url = templates.new("accounts")
    people = ready(url, OLD, "bob@example.com")

    def ask(number: int) -> str:
        with committed(url) as session:
            return begin(session, people[number]).requested.new_email

    assert at_once(2, ask) == [NEW, NEW]


def test_of_fifty_confirmations_at_once_one_succeeds(templates: Templates) -> None:
    url = templates.new("accounts")
    [who] = ready(url, OLD)
    with committed(url) as session:
        token = asked(session, who)

    def use(_: int) -> str:
        with committed(url) as session:
            return confirm(session, token).user.email

    outcomes = at_once(50, use)
    assert outcomes.count(NEW) == 1
    assert sum(isinstance(outcome, EmailTokenUsed) for outcome in outcomes) == 49
    with committed(url) as session:
        assert session.get_one(UserRow, who.user.id).version == 2


@pytest.mark.parametrize("_round", range(5))
def test_when_a_change_is_confirmed_and_undone_at_once_the_old_mailbox_wins(
    templates: Templates, _round: int
) -> None:
    url = templates.new("accounts")
    [who] = ready(url, OLD)
    with committed(url) as session:
        back = changed(session, who)
        further = asked(session, who, NEWER)

    def use(number: int) -> str:
        with committed(url) as session:
            return (confirm(session, further) if number else undo(session, back)).user.email

    undone, confirmed = at_once(2, use)
    assert undone == OLD
    assert confirmed == NEWER or isinstance(confirmed, EmailChangeCancelled)
    with committed(url) as session:
        assert session.get_one(UserRow, who.user.id).email == OLD
        assert set(states(session)) <= {"undone", "cancelled"}
        assert [holder(session, email) for email in (OLD, NEW, NEWER)] == [who.user.id, None, None]


def test_two_users_who_swap_their_addresses_at_once_do_not_stop_each_other(templates: Templates) -> None:
    """Each wants what the other still has: both are told the same, neither gets it, and nobody waits for ever."""
    url = templates.new("accounts")
    people = ready(url, OLD, NEW)

    def ask(number: int) -> bool:
        with committed(url) as session:
            return begin(session, people[number], (NEW, OLD)[number]).contested is not None

    assert at_once(2, ask) == [True, True]

"""Changes of address undone from the old mailbox."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.accounts.conftest import NOW
from tests.accounts.email_changes.changing_addresses import (
    DAY,
    HOUR,
    MOMENT,
    NEW,
    NEWER,
    OLD,
    asked,
    begin,
    changed,
    confirm,
    holder,
    person,
    states,
    undo,
)
from tests.support.sessions import enter
from wire.accounts.email_changes import (
    EmailChangeCancelled,
)
from wire.identity import EmailTokenExpired, EmailTokenUsed


def test_the_old_mailbox_takes_the_address_back(session: Session) -> None:
    who = person(session)
    settled = undo(session, changed(session, who), now=NOW + 7 * DAY - MOMENT)
    assert (settled.user.email, settled.user.email_key, settled.left_email) == (OLD, OLD, NEW)
    assert states(session) == ["undone"]
    assert holder(session, NEW) is None, "whoever it belongs to may have it"


def test_a_change_is_undone_once_and_within_a_week(session: Session) -> None:
    who = person(session)
    token = changed(session, who)
    with pytest.raises(EmailTokenExpired):
        undo(session, token, now=NOW + 7 * DAY)
    undo(session, token)
    with pytest.raises(EmailTokenUsed):
        undo(session, token)


def test_the_old_address_is_kept_for_a_week(session: Session) -> None:
    who = person(session)
    changed(session, who)
    assert holder(session, OLD, now=NOW + 7 * DAY - MOMENT) == who.user.id
    assert holder(session, OLD, now=NOW + 7 * DAY) is None
    other = person(session, "bob@example.com")
    begun = begin(session, other, OLD)
    assert begun.contested is not None, "its former holder is told"


def test_an_address_that_another_account_once_reserved_is_reserved_anew(session: Session) -> None:
    """Asked for and confirmed by who sees the rows of one account alone."""
    former, now = person(session), NOW + 8 * DAY
    changed(session, former)
    who = person(session, "bob@example.com")
    enter(session, who.user.account_id)
    changed(session, who, OLD, now=now)
    changed(session, who, NEWER, now=now + HOUR)
    enter(session, None)
    assert holder(session, OLD, now=now + HOUR) == who.user.id


def test_one_takes_ones_own_old_address_back_by_an_ordinary_change(session: Session) -> None:
    who = person(session)
    first = changed(session, who)
    changed(session, who, OLD, now=NOW + HOUR)
    assert who.user.email == OLD
    assert (holder(session, OLD), holder(session, NEW)) == (who.user.id, who.user.id)
    undo(session, first, now=NOW + 2 * HOUR)
    assert who.user.email == OLD
    assert holder(session, NEW) is None


def test_a_chain_of_changes_is_undone_back_to_its_first_address(session: Session) -> None:
    who = person(session)
    first = changed(session, who)
    second = changed(session, who, NEWER, now=NOW + HOUR)
    assert (holder(session, OLD), holder(session, NEW)) == (who.user.id, who.user.id)
    assert undo(session, first, now=NOW + 2 * HOUR).left_email == NEWER
    assert who.user.email == OLD
    assert states(session) == ["undone", "undone"]
    assert (holder(session, NEW), holder(session, NEWER)) == (None, None)
    with pytest.raises(EmailChangeCancelled):
        undo(session, second, now=NOW + 2 * HOUR)


def test_undoing_the_last_change_leaves_the_one_before_to_be_undone(session: Session) -> None:
    who = person(session)
    first = changed(session, who)
    second = changed(session, who, NEWER, now=NOW + HOUR)
    undo(session, second, now=NOW + 2 * HOUR)
    assert who.user.email == NEW
    assert holder(session, OLD) == who.user.id
    undo(session, first, now=NOW + 3 * HOUR)
    assert who.user.email == OLD
    assert states(session) == ["undone", "undone"]


def test_undoing_cancels_the_change_that_waits(session: Session) -> None:
    who = person(session)
    back = changed(session, who)
    further = asked(session, who, NEWER)
    undo(session, back)
    with pytest.raises(EmailChangeCancelled):
        confirm(session, further)
    assert sorted(states(session)) == ["cancelled", "undone"]

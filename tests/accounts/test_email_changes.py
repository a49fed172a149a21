"""What becomes of a change of address? Two mailboxes decide it, whoever else wants the address, and however often."""

from __future__ import annotations

import dataclasses
import datetime
import uuid

import pytest
from sqlalchemy.orm import Session

from accounts import addresses, email_changes, email_links, links, profile, sessions, tokens
from accounts.audit import Actor, ActorKind
from accounts.email_changes import Begun
from accounts.email_links import Settled
from accounts.links import Purpose
from accounts.models import EmailChangeRow, UserRow
from tests.accounts.conftest import NOW, store
from tests.support.sessions import at_once, committed
from tests.support.suite import Templates
from wire.accounts.email_changes import (
    EmailChangeCancelled,
    EmailChangeNotFound,
    EmailChangeState,
    EmailUnchanged,
)
from wire.accounts.links import LinkExpired, LinkSuperseded, LinkUnknown, LinkUsed
from wire.accounts.registration import EmailInUse, EmailInvalid
from wire.accounts.sessions import SessionEnd
from wire.values import Role, TokenState

KEY = "k" * 48
OLD, NEW, NEWER = "ann@example.com", "ann.new@example.org", "ann.newest@example.net"
HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)
MOMENT = datetime.timedelta(seconds=1)


@dataclasses.dataclass(frozen=True)
class Person:
    """A verified user with a session."""

    user: UserRow
    session_id: uuid.UUID


def person(session: Session, email: str = OLD) -> Person:
    _, user = store(session, owner_email=email)
    user.verified_at = NOW
    by = Actor(kind=ActorKind.USER, user_agent="curl/8", ip_address="192.0.2.1")
    opened = sessions.open_for(session, user, by=by, now=NOW, life=12 * HOUR)
    session.flush()
    return Person(user, opened.session.id)


def begin(session: Session, who: Person, email: str = NEW, *, now: datetime.datetime = NOW) -> Begun:
    addresses.lock(session, addresses.email_key(email))
    user = profile.locked_user(session, who.user.id)
    return email_changes.begin(session, user, email, asked_in=who.session_id, key=KEY, now=now)


def digest(session: Session, link_id: uuid.UUID | None, *, now: datetime.datetime = NOW) -> str:
    """What the mail's link is known by; fails for a dead one, which is in no mail."""
    assert link_id is not None
    token = links.reveal(session, link_id, key=KEY, now=now).token
    assert token is not None
    return tokens.digest(token)


def asked(session: Session, who: Person, email: str = NEW, *, now: datetime.datetime = NOW) -> str:
    """A change that was asked for: the digest of its link."""
    return digest(session, begin(session, who, email, now=now).requested.link_id, now=now)


def confirm(session: Session, token_digest: str, *, now: datetime.datetime = NOW) -> Settled:
    return email_links.confirm(session, token_digest, key=KEY, now=now)


def changed(session: Session, who: Person, email: str = NEW, *, now: datetime.datetime = NOW) -> str:
    """A change that was confirmed: the digest of the link that undoes it."""
    settled = confirm(session, asked(session, who, email, now=now), now=now)
    return digest(session, settled.undo_link_id, now=now)


def undo(session: Session, token_digest: str, *, now: datetime.datetime = NOW) -> Settled:
    return email_links.undo(session, token_digest, now=now)


def states(session: Session) -> list[str]:
    rows = session.query(EmailChangeRow).order_by(EmailChangeRow.requested_at, EmailChangeRow.state)
    session.expire_all()
    return [row.state for row in rows]


def holder(session: Session, email: str, *, now: datetime.datetime = NOW) -> uuid.UUID | None:
    return addresses.holder(session, addresses.email_key(email), now=now)


# Asking, and confirming from the new mailbox.


def test_nothing_changes_before_the_new_mailbox_says_so(session: Session) -> None:
    who = person(session)
    begun = begin(session, who)
    assert (who.user.email, who.user.version) == (OLD, 1)
    assert (begun.requested.new_email, begun.requested.user.email) == (NEW, OLD)
    assert begun.contested is None
    waiting = email_changes.pending(session, who.user.id, now=NOW)
    assert (waiting.new_email, waiting.expires_at) == (NEW, NOW + HOUR)


def test_confirming_gives_the_user_the_new_address(session: Session) -> None:
    who = person(session)
    settled = confirm(session, asked(session, who, "Ann.New@Example.org"))
    assert (settled.user.email, settled.user.email_key, settled.user.version) == (
        "Ann.New@Example.org",
        NEW,
        2,
    )
    assert (settled.left_email, settled.change.state) == (OLD, EmailChangeState.APPLIED.value)
    assert settled.change.undo_until == NOW + 7 * DAY
    with pytest.raises(EmailChangeNotFound):
        email_changes.pending(session, who.user.id, now=NOW)


@pytest.mark.parametrize("email", [OLD, OLD.upper(), " ann@Example.COM "])
def test_the_address_that_one_has_is_no_new_one(session: Session, email: str) -> None:
    who = person(session)
    with pytest.raises(EmailUnchanged):
        begin(session, who, email.strip())


def test_what_is_no_address_is_refused(session: Session) -> None:
    who = person(session)
    with pytest.raises(EmailInvalid):
        begin(session, who, "ann@nowhere")


def test_looking_at_a_link_changes_nothing(session: Session) -> None:
    who = person(session)
    token = asked(session, who)
    for _ in range(3):
        seen = email_links.look(session, token, Purpose.EMAIL_CHANGE, now=NOW)
        assert (seen.state, seen.email_masked) == (TokenState.ISSUED, "a•••@example.org")
    assert states(session) == ["pending"]
    with pytest.raises(LinkUnknown):
        email_links.look(session, token, Purpose.EMAIL_UNDO, now=NOW)


def test_a_change_waits_for_an_hour(session: Session) -> None:
    who = person(session)
    token = asked(session, who)
    assert email_changes.pending(session, who.user.id, now=NOW + HOUR - MOMENT)
    with pytest.raises(EmailChangeNotFound):
        email_changes.pending(session, who.user.id, now=NOW + HOUR)
    with pytest.raises(LinkExpired):
        confirm(session, token, now=NOW + HOUR)
    begin(session, who, NEWER, now=NOW + HOUR)
    assert states(session) == ["expired", "pending"]


def test_a_link_confirms_once(session: Session) -> None:
    who = person(session)
    token = asked(session, who)
    confirm(session, token)
    with pytest.raises(LinkUsed):
        confirm(session, token)
    assert who.user.version == 2


def test_a_newer_change_replaces_the_one_that_waits(session: Session) -> None:
    who = person(session)
    older, newer = asked(session, who), asked(session, who, NEWER, now=NOW + MOMENT)
    with pytest.raises(LinkSuperseded):
        confirm(session, older)
    assert confirm(session, newer, now=NOW + MOMENT).user.email == NEWER
    assert states(session) == ["cancelled", "applied"]


def test_a_change_that_was_cancelled_cannot_be_confirmed(session: Session) -> None:
    who = person(session)
    token = asked(session, who)
    assert email_changes.cancel(session, who.user.id, now=NOW).new_email == NEW
    with pytest.raises(EmailChangeCancelled):
        confirm(session, token)
    with pytest.raises(EmailChangeNotFound):
        email_changes.cancel(session, who.user.id, now=NOW)
    assert states(session) == ["cancelled"]


def test_a_change_dies_with_the_session_that_asked_for_it(session: Session) -> None:
    who = person(session)
    token = asked(session, who)
    by_id = sessions.SESSIONS.c.id == who.session_id
    sessions.end(session, by_id, now=NOW, reason=SessionEnd.LOGGED_OUT)
    assert email_links.look(session, token, Purpose.EMAIL_CHANGE, now=NOW).state is TokenState.REVOKED
    with pytest.raises(EmailChangeCancelled):
        confirm(session, token)
    with pytest.raises(EmailChangeNotFound):
        email_changes.pending(session, who.user.id, now=NOW)
    assert who.user.email == OLD


def test_a_change_goes_on_with_the_session_under_its_new_token(session: Session) -> None:
    who = person(session)
    token = asked(session, who)
    by = Actor(kind=ActorKind.USER, user_agent="curl/8", ip_address="192.0.2.1")
    opened = sessions.open_for(session, who.user, by=by, now=NOW, life=HOUR)
    email_changes.follow(session, who.session_id, opened.session.id)
    by_id = sessions.SESSIONS.c.id == who.session_id
    sessions.end(session, by_id, now=NOW, reason=SessionEnd.REPLACED)
    session.expire_all()
    assert confirm(session, token).user.email == NEW


def test_other_links_to_the_old_address_die_with_it(session: Session) -> None:
    who = person(session)
    reset = links.issue(session, who.user, Purpose.PASSWORD_RESET, key=KEY, now=NOW, life=HOUR)
    changed(session, who)
    session.refresh(reset)
    assert reset.state == TokenState.REVOKED.value


# Somebody else's address.


def test_who_asks_for_somebody_elses_address_is_told_the_same(session: Session) -> None:
    holder_of_it, who = person(session, NEW), person(session)
    begun = begin(session, who)
    assert begun.requested.new_email == NEW
    assert email_changes.pending(session, who.user.id, now=NOW).new_email == NEW
    assert begun.contested is not None
    assert (begun.contested.user.id, begun.contested.email) == (holder_of_it.user.id, NEW)
    revealed = links.reveal(session, begun.requested.link_id, key=KEY, now=NOW)
    assert revealed.token is None, "no mail goes to the holder but the one that warns"


def test_who_was_only_invited_under_an_address_does_not_hold_it(session: Session) -> None:
    store(session, owner_email=NEW)
    who = person(session)
    begun = begin(session, who)
    assert begun.contested is None
    assert confirm(session, digest(session, begun.requested.link_id)).user.email == NEW


def test_an_address_stands_once_in_an_account_also_for_who_was_only_invited(session: Session) -> None:
    who = person(session)
    invited = UserRow(
        id=uuid.uuid4(),
        account_id=who.user.account_id,
        name="Bob",
        email=NEW,
        email_key=NEW,
        locale="en",
        time_zone="UTC",
        role=Role.AGENT.value,
        created_at=NOW,
        has_second_factor=False,
        version=1,
    )
    session.add(invited)
    session.flush()
    begun = begin(session, who)
    assert begun.contested is None
    assert links.reveal(session, begun.requested.link_id, key=KEY, now=NOW).token is None


def test_an_address_that_somebody_took_meanwhile_is_not_given_twice(session: Session) -> None:
    first, second = person(session), person(session, "bob@example.com")
    tokens_of = [asked(session, first), asked(session, second)]
    confirm(session, tokens_of[1])
    with pytest.raises(EmailInUse):
        confirm(session, tokens_of[0])


def test_an_address_that_gets_no_more_mail_for_now_is_asked_for_in_vain(session: Session) -> None:
    who = person(session)
    user = profile.locked_user(session, who.user.id)
    begun = email_changes.begin(
        session, user, NEW, asked_in=who.session_id, key=KEY, now=NOW, is_mailed=False
    )
    assert links.reveal(session, begun.requested.link_id, key=KEY, now=NOW).token is None
    assert email_changes.pending(session, who.user.id, now=NOW).new_email == NEW


# Taking the old address back.


def test_the_old_mailbox_takes_the_address_back(session: Session) -> None:
    who = person(session)
    settled = undo(session, changed(session, who), now=NOW + 7 * DAY - MOMENT)
    assert (settled.user.email, settled.user.email_key, settled.left_email) == (OLD, OLD, NEW)
    assert states(session) == ["undone"]
    assert holder(session, NEW) is None, "whoever it belongs to may have it"


def test_a_change_is_undone_once_and_within_a_week(session: Session) -> None:
    who = person(session)
    token = changed(session, who)
    with pytest.raises(LinkExpired):
        undo(session, token, now=NOW + 7 * DAY)
    undo(session, token)
    with pytest.raises(LinkUsed):
        undo(session, token)


def test_the_old_address_is_kept_for_a_week(session: Session) -> None:
    who = person(session)
    changed(session, who)
    assert holder(session, OLD, now=NOW + 7 * DAY - MOMENT) == who.user.id
    assert holder(session, OLD, now=NOW + 7 * DAY) is None
    other = person(session, "bob@example.com")
    begun = begin(session, other, OLD)
    assert begun.contested is not None, "its former holder is told"


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


# All at once.


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
    assert sum(isinstance(outcome, LinkUsed) for outcome in outcomes) == 49
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

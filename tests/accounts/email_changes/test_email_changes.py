"""Changes of address: the new mailbox decides, whoever else wants the address."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy.orm import Session

from accounts.audit_log.actors import Actor, ActorKind
from accounts.email_changes import confirmations, email_changes
from accounts.email_tokens.user_tokens import Purpose
from accounts.models import UserRow
from accounts.profile import profile
from accounts.sessions import sessions
from accounts.sessions.sessions import OF_USERS
from tests.accounts.conftest import ISSUER, NOW, store
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
    digest,
    person,
    states,
)
from wire.accounts.email_changes import (
    EmailChangeCancelled,
    EmailChangeNotFound,
    EmailChangeState,
    EmailUnchanged,
)
from wire.accounts.sessions import SessionEnd
from wire.identity import (
    EmailInUse,
    EmailInvalid,
    EmailTokenExpired,
    EmailTokenSuperseded,
    EmailTokenUnknown,
    EmailTokenUsed,
)
from wire.values import Role, TokenState


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
        seen = confirmations.look(session, token, Purpose.EMAIL_CHANGE, now=NOW)
        assert (seen.state, seen.email_masked) == (TokenState.ISSUED, "a•••@example.org")
    assert states(session) == ["pending"]
    with pytest.raises(EmailTokenUnknown):
        confirmations.look(session, token, Purpose.EMAIL_UNDO, now=NOW)


def test_a_change_waits_for_an_hour(session: Session) -> None:
    who = person(session)
    token = asked(session, who)
    assert email_changes.pending(session, who.user.id, now=NOW + HOUR - MOMENT)
    with pytest.raises(EmailChangeNotFound):
        email_changes.pending(session, who.user.id, now=NOW + HOUR)
    with pytest.raises(EmailTokenExpired):
        confirm(session, token, now=NOW + HOUR)
    begin(session, who, NEWER, now=NOW + HOUR)
    assert states(session) == ["expired", "pending"]


def test_a_link_confirms_once(session: Session) -> None:
    who = person(session)
    token = asked(session, who)
    confirm(session, token)
    with pytest.raises(EmailTokenUsed):
        confirm(session, token)
    assert who.user.version == 2


def test_a_newer_change_replaces_the_one_that_waits(session: Session) -> None:
    who = person(session)
    older, newer = asked(session, who), asked(session, who, NEWER, now=NOW + MOMENT)
    with pytest.raises(EmailTokenSuperseded):
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
    OF_USERS.end(session, by_id, now=NOW, reason=SessionEnd.LOGGED_OUT)
    assert confirmations.look(session, token, Purpose.EMAIL_CHANGE, now=NOW).state is TokenState.REVOKED
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
    OF_USERS.end(session, by_id, now=NOW, reason=SessionEnd.REPLACED)
    session.expire_all()
    assert confirm(session, token).user.email == NEW


def test_other_links_to_the_old_address_die_with_it(session: Session) -> None:
    who = person(session)
    reset = ISSUER.issue(session, who.user, Purpose.PASSWORD_RESET, now=NOW, life=HOUR)
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
    revealed = ISSUER.reveal(session, begun.requested.link_id, now=NOW)
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
    assert ISSUER.reveal(session, begun.requested.link_id, now=NOW).token is None


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
        session, user, NEW, asked_in=who.session_id, issuer=ISSUER, now=NOW, is_mailed=False
    )
    assert ISSUER.reveal(session, begun.requested.link_id, now=NOW).token is None
    assert email_changes.pending(session, who.user.id, now=NOW).new_email == NEW

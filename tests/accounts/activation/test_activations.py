"""Activation tokens: looked at for ever, and used once."""

from __future__ import annotations

import datetime
import uuid

import pytest
from sqlalchemy.orm import Session

from accounts.activation import activations
from accounts.email_tokens.models import EmailTokenRow
from accounts.models import UserRow
from identity import tokens
from tests.accounts.conftest import ISSUER, NOW, store
from tests.support.sessions import at_once, committed
from tests.support.suite import Templates
from wire.accounts.activation import UserActivationRequested
from wire.identity import (
    ActivationKind,
    ActivationLinkExpired,
    ActivationLinkSuperseded,
    ActivationLinkUsed,
    ActivationUnknown,
    EmailTokenUnknown,
)
from wire.values import TokenState

HOURS = 72
LATER = NOW + datetime.timedelta(hours=HOURS)


def issue(session: Session, user: UserRow, *, now: datetime.datetime = NOW) -> tuple[str, uuid.UUID]:
    """A token's digest, and its row's id."""
    requested = activations.issue(
        session, user, company_name="Plum & Co", issuer=ISSUER, now=now, hours=HOURS
    )
    assert isinstance(requested, UserActivationRequested)
    session.flush()
    token = ISSUER.reveal(session, requested.link_id, now=now).token
    assert token is not None
    return tokens.digest(token), requested.link_id


def consume(session: Session, digest: str, *, now: datetime.datetime = NOW) -> UserRow:
    return activations.consume(session, digest, password_hash="a hash", now=now)


def test_using_the_link_verifies_the_user_and_sets_the_password(session: Session) -> None:
    _, user = store(session)
    digest, _ = issue(session, user)
    used = consume(session, digest)
    assert (used.id, used.password_hash, used.verified_at) == (user.id, "a hash", NOW)


def test_looking_changes_nothing(session: Session) -> None:
    _, user = store(session)
    digest, link_id = issue(session, user)
    row = session.get_one(EmailTokenRow, link_id)
    before = {column.key: getattr(row, column.key) for column in EmailTokenRow.__table__.columns}
    for _ in range(3):
        seen = activations.look(session, digest, now=NOW)
        assert (seen.state, seen.kind, seen.expires_at) == (TokenState.ISSUED, ActivationKind.USER, LATER)
        assert seen.email_masked == "a•••@example.com"
    session.expire(row)
    assert {column.key: getattr(row, column.key) for column in EmailTokenRow.__table__.columns} == before


def test_a_link_works_once(session: Session) -> None:
    _, user = store(session)
    digest, _ = issue(session, user)
    consume(session, digest)
    with pytest.raises(ActivationLinkUsed):
        consume(session, digest)
    assert activations.look(session, digest, now=NOW).state is TokenState.CONSUMED


def test_a_newer_link_replaces_the_older(session: Session) -> None:
    _, user = store(session)
    older, _ = issue(session, user)
    newer, _ = issue(session, user)
    with pytest.raises(ActivationLinkSuperseded):
        consume(session, older)
    assert activations.look(session, older, now=NOW).state is TokenState.SUPERSEDED
    consume(session, newer)


def test_a_link_dies_with_its_last_moment(session: Session) -> None:
    _, user = store(session)
    digest, _ = issue(session, user)
    assert activations.usable(session, digest, now=LATER - datetime.timedelta(seconds=1)).id == user.id
    with pytest.raises(ActivationLinkExpired):
        consume(session, digest, now=LATER)
    assert activations.look(session, digest, now=LATER).state is TokenState.EXPIRED


def test_a_link_is_bound_to_the_address_it_went_to(session: Session) -> None:
    _, user = store(session)
    digest, _ = issue(session, user)
    user.email_key = "another@example.com"
    session.flush()
    for use in (activations.usable, activations.look):
        with pytest.raises(ActivationUnknown):
            use(session, digest, now=NOW)
    with pytest.raises(ActivationUnknown):
        consume(session, digest)


def test_a_link_nobody_made_is_unknown(session: Session) -> None:
    with pytest.raises(ActivationUnknown):
        activations.look(session, tokens.digest("no such token"), now=NOW)
    with pytest.raises(EmailTokenUnknown):
        ISSUER.reveal(session, uuid.uuid4(), now=NOW)


@pytest.mark.parametrize("state", ["used", "replaced", "expired"])
def test_a_link_that_is_of_no_use_is_not_told_again(session: Session, state: str) -> None:
    _, user = store(session)
    digest, link_id = issue(session, user)
    if state == "used":
        consume(session, digest)
    if state == "replaced":
        issue(session, user)
    now = LATER if state == "expired" else NOW
    assert ISSUER.reveal(session, link_id, now=now).token is None


def test_a_mail_that_is_written_twice_holds_the_same_link(session: Session) -> None:
    _, user = store(session)
    _, link_id = issue(session, user)
    revealed = {ISSUER.reveal(session, link_id, now=NOW).token for _ in range(2)}
    assert len(revealed) == 1


def test_of_fifty_uses_at_once_one_succeeds(templates: Templates) -> None:
    url = templates.new("accounts")
    with committed(url) as session:
        _, user = store(session)
        digest, _ = issue(session, user)

    def use(number: int) -> uuid.UUID:
        with committed(url) as session:
            return activations.consume(session, digest, password_hash=f"hash {number}", now=NOW).id

    outcomes = at_once(50, use)
    assert outcomes.count(user.id) == 1
    assert sum(isinstance(outcome, ActivationLinkUsed) for outcome in outcomes) == 49
    with committed(url) as session:
        winner = next(number for number, outcome in enumerate(outcomes) if outcome == user.id)
        assert session.get_one(UserRow, user.id).password_hash == f"hash {winner}"


def test_of_many_links_issued_at_once_one_is_left(templates: Templates) -> None:
    url = templates.new("accounts")
    with committed(url) as session:
        _, user = store(session)

    def again(_: int) -> str:
        with committed(url) as session:
            return issue(session, session.get_one(UserRow, user.id))[0]

    digests = at_once(10, again)
    with committed(url) as session:
        states = [activations.look(session, str(digest), now=NOW).state for digest in digests]
    assert states.count(TokenState.ISSUED) == 1
    assert states.count(TokenState.SUPERSEDED) == 9

"""Email tokens work once: fifty people with one token at the same time, on real connections."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from accounts.activation import activations
from accounts.audit_log.actors import Actor, ActorKind
from accounts.email_changes import confirmations, email_changes
from accounts.email_tokens.models import EmailTokenRow
from accounts.models import UserRow
from accounts.passwords import password_resets
from accounts.sessions import sessions
from identity import tokens
from tests.accounts.conftest import ISSUER, NOW, store
from tests.support.sessions import enter
from tests.support.sizes import size
from tests.support.suite import Templates
from wire.identity import ActivationLinkUsed, EmailTokenExpired, EmailTokenUsed

pytestmark = pytest.mark.slow

AT_ONCE = 50
ROUNDS = size(5, 200)

Use = Callable[[Session, str], object]
USES: dict[str, tuple[Use, type[Exception]]] = {
    "activation": (
        lambda session, digest: activations.consume(session, digest, password_hash="a hash", now=NOW),
        ActivationLinkUsed,
    ),
    "reset": (
        lambda session, digest: password_resets.consume(session, digest, password_hash="a hash", now=NOW),
        EmailTokenUsed,
    ),
    "email_change": (
        lambda session, digest: confirmations.confirm(session, digest, issuer=ISSUER, now=NOW),
        EmailTokenUsed,
    ),
    "email_undo": (lambda session, digest: confirmations.undo(session, digest, now=NOW), EmailTokenUsed),
}
PURPOSES = {"reset": "password_reset"}


@pytest.fixture(scope="module")
def engine(templates: Templates) -> Iterator[sa.Engine]:
    """Fifty connections that stay open: they are to meet in the database, not at its door."""
    engine = sa.create_engine(templates.new("accounts"), pool_size=AT_ONCE, max_overflow=0)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def crowd() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield pool


def token_digest(engine: sa.Engine, name: str, number: int) -> str:
    """The digest of a fresh token of somebody new."""
    with Session(engine, expire_on_commit=False) as session, session.begin():
        enter(session, None)
        _, user = store(session, owner_email=f"{name}{number}@example.com")
        row = _issued(session, user, name)
        session.flush()
        token = ISSUER.reveal(session, row, now=NOW).token
    assert token is not None
    return tokens.digest(token)


def _issued(session: Session, user: UserRow, name: str) -> uuid.UUID:
    if name.startswith("email_"):
        return _mailed(session, user, name)
    if name == "reset":
        return password_resets.issue(session, user, issuer=ISSUER, now=NOW, minutes=30).link_id
    return activations.issue(session, user, company_name="Plum", issuer=ISSUER, now=NOW, hours=72).link_id


def _mailed(session: Session, user: UserRow, name: str) -> uuid.UUID:
    """The token that the new mailbox gets, or the one that the old one gets once it was used."""
    user.verified_at = NOW
    by = Actor(kind=ActorKind.USER, user_agent="curl/8", ip_address="192.0.2.1")
    life = datetime.timedelta(hours=12)
    asked_in = sessions.open_for(session, user, by=by, now=NOW, life=life).session.id
    new = f"new.{user.email}"
    asked = email_changes.begin(session, user, new, asked_in=asked_in, issuer=ISSUER, now=NOW).requested
    if name == "email_change":
        return asked.link_id
    token = ISSUER.reveal(session, asked.link_id, now=NOW).token
    assert token is not None
    undo_token_id = confirmations.confirm(session, tokens.digest(token), issuer=ISSUER, now=NOW).undo_token_id
    assert undo_token_id is not None
    return undo_token_id


@pytest.mark.parametrize("name", USES)
def test_of_fifty_at_once_one_succeeds_every_time(
    engine: sa.Engine, crowd: ThreadPoolExecutor, name: str
) -> None:
    use, refusal = USES[name]

    def one(digest: str) -> str:
        with Session(engine) as session, session.begin():
            enter(session, None)
            try:
                use(session, digest)
            except refusal:
                return "refused"
        return "used"

    for number in range(ROUNDS):
        digest = token_digest(engine, name, number)
        outcomes = sorted(crowd.map(one, [digest] * AT_ONCE))
        assert outcomes == ["refused"] * (AT_ONCE - 1) + ["used"], f"round {number}"
    with Session(engine) as session:
        enter(session, None)
        states = session.execute(
            sa.select(EmailTokenRow.state, sa.func.count())
            .where(
                EmailTokenRow.purpose == PURPOSES.get(name, name), EmailTokenRow.email_key.like(f"%{name}%")
            )
            .group_by(EmailTokenRow.state)
        ).all()
    assert [tuple(row) for row in states] == [("consumed", ROUNDS)]


def test_a_link_that_is_over_is_used_by_nobody(engine: sa.Engine) -> None:
    digest = token_digest(engine, "reset", ROUNDS)
    later = NOW + datetime.timedelta(minutes=30)
    with Session(engine) as session, session.begin():
        enter(session, None)
        with pytest.raises(EmailTokenExpired):
            password_resets.consume(session, digest, password_hash="a hash", now=later)

"""People with a session who change their address by the tokens that they are mailed, for the tests of this folder."""

from __future__ import annotations

import dataclasses
import datetime
import uuid

from sqlalchemy.orm import Session

from accounts import address_ownership
from accounts.audit_log.actors import Actor, ActorKind
from accounts.email_changes import confirmations, email_changes
from accounts.email_changes.confirmations import Settled
from accounts.email_changes.email_changes import Begun
from accounts.email_changes.models import EmailChangeRow
from accounts.models import UserRow
from accounts.profile import profile
from accounts.sessions import sessions
from identity import addresses, tokens
from tests.accounts.conftest import ISSUER, NOW, store

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
    address_ownership.lock(session, addresses.email_key(email))
    user = profile.locked_user(session, who.user.id)
    return email_changes.begin(session, user, email, asked_in=who.session_id, issuer=ISSUER, now=now)


def digest(session: Session, link_id: uuid.UUID | None, *, now: datetime.datetime = NOW) -> str:
    """What the mail's token is known by; fails for a dead one, which is in no mail."""
    assert link_id is not None
    token = ISSUER.reveal(session, link_id, now=now).token
    assert token is not None
    return tokens.digest(token)


def asked(session: Session, who: Person, email: str = NEW, *, now: datetime.datetime = NOW) -> str:
    """A change that was asked for: the digest of its token."""
    return digest(session, begin(session, who, email, now=now).requested.link_id, now=now)


def confirm(session: Session, token_digest: str, *, now: datetime.datetime = NOW) -> Settled:
    return confirmations.confirm(session, token_digest, issuer=ISSUER, now=now)


def changed(session: Session, who: Person, email: str = NEW, *, now: datetime.datetime = NOW) -> str:
    """A change that was confirmed: the digest of the token that undoes it."""
    settled = confirm(session, asked(session, who, email, now=now), now=now)
    return digest(session, settled.undo_token_id, now=now)


def undo(session: Session, token_digest: str, *, now: datetime.datetime = NOW) -> Settled:
    return confirmations.undo(session, token_digest, now=now)


def states(session: Session) -> list[str]:
    rows = session.query(EmailChangeRow).order_by(EmailChangeRow.requested_at, EmailChangeRow.state)
    session.expire_all()
    return [row.state for row in rows]


def holder(session: Session, email: str, *, now: datetime.datetime = NOW) -> uuid.UUID | None:
    return address_ownership.holder(session, addresses.email_key(email), now=now)

"""Who is logged in, and for how long?"""

from __future__ import annotations

import datetime
import uuid

import pytest
from sqlalchemy.orm import Session

from accounts import sessions, tokens
from accounts.models import SessionRow, UserRow
from tests.accounts.conftest import NOW, store
from wire.accounts import Identity, OpenedSession, SessionUnknown
from wire.values import Role

HOURS = 12
IDLE = datetime.timedelta(minutes=30)
MINUTE = datetime.timedelta(minutes=1)


def open_session(session: Session, user: UserRow, **changes: str) -> OpenedSession:
    seen = {"user_agent": "curl/8", "ip_address": "192.0.2.1", **changes}
    opened = sessions.open_for(session, user, now=NOW, hours=HOURS, **seen)
    session.flush()
    return opened


def identify(session: Session, token: str, *, now: datetime.datetime = NOW) -> Identity:
    return sessions.identify(session, tokens.digest(token), now=now, idle=IDLE)


def test_a_token_says_who_its_holder_is(session: Session) -> None:
    account, user = store(session, locale="ko")
    opened = open_session(session, user)
    identity = identify(session, opened.token)
    assert (identity.session_id, identity.user_id, identity.account_id) == (
        opened.session.id,
        user.id,
        account.id,
    )
    assert (identity.role, identity.locale) == (Role.OWNER, "ko")


def test_every_session_has_a_token_of_its_own(session: Session) -> None:
    _, user = store(session)
    opened = [open_session(session, user) for _ in range(3)]
    assert len({one.token for one in opened}) == 3
    assert min(len(one.token) for one in opened) >= 43, "256 bits"


def test_a_token_we_did_not_give_is_nobodys(session: Session) -> None:
    with pytest.raises(SessionUnknown):
        identify(session, tokens.new_token())


def test_a_session_that_idles_ends(session: Session) -> None:
    _, user = store(session)
    token = open_session(session, user).token
    identify(session, token, now=NOW + IDLE - MINUTE)
    identify(session, token, now=NOW + 2 * IDLE - 2 * MINUTE)
    with pytest.raises(SessionUnknown):
        identify(session, token, now=NOW + 3 * IDLE)


def test_a_session_ends_after_twelve_hours_however_busy(session: Session) -> None:
    _, user = store(session)
    opened = open_session(session, user)
    end = NOW + datetime.timedelta(hours=HOURS)
    assert opened.session.expires_at == end
    moment = NOW
    while moment < end:
        identify(session, opened.token, now=moment)
        moment += IDLE / 2
    with pytest.raises(SessionUnknown):
        identify(session, opened.token, now=end)


def test_being_used_is_noted_once_a_minute_at_most(session: Session) -> None:
    _, user = store(session)
    opened = open_session(session, user)
    row = session.get_one(SessionRow, opened.session.id)
    identify(session, opened.token, now=NOW + MINUTE)
    session.refresh(row)
    assert row.last_used_at == NOW
    identify(session, opened.token, now=NOW + MINUTE * 2)
    session.refresh(row)
    assert row.last_used_at == NOW + MINUTE * 2


def test_an_ended_session_is_over_and_ends_once(session: Session) -> None:
    _, user = store(session)
    opened, other = open_session(session, user), open_session(session, user)
    revoked = sessions.end(session, opened.session.id, user_id=user.id, now=NOW)
    assert revoked is not None
    assert (revoked.session_id, revoked.user_id) == (opened.session.id, user.id)
    assert sessions.end(session, opened.session.id, user_id=user.id, now=NOW) is None
    with pytest.raises(SessionUnknown):
        identify(session, opened.token)
    assert identify(session, other.token).session_id == other.session.id


def test_nobody_ends_another_users_session(session: Session) -> None:
    _, user = store(session)
    opened = open_session(session, user)
    assert sessions.end(session, opened.session.id, user_id=uuid.uuid4(), now=NOW) is None
    assert sessions.end(session, opened.session.id, user_id=None, now=NOW) is None
    assert identify(session, opened.token).user_id == user.id


def test_what_a_browser_says_of_itself_is_cut_not_refused(session: Session) -> None:
    _, user = store(session)
    opened = open_session(session, user, user_agent="x" * 5000, ip_address="y" * 100)
    assert len(opened.session.user_agent) == 300
    assert len(opened.session.ip_address) == 45

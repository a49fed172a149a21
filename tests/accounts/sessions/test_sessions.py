"""Sessions: who is logged in, and for how long."""

from __future__ import annotations

import datetime
import uuid

import pytest
from sqlalchemy.orm import Session

from accounts.audit_log.actors import Actor, ActorKind
from accounts.models import UserRow
from accounts.sessions import sessions
from accounts.sessions.models import SessionRow
from accounts.sessions.sessions import OF_USERS
from identity import tokens
from identity.sessions import LIVING_MAX
from tests.accounts.conftest import NOW, store
from tests.support.sessions import at_once, committed
from tests.support.suite import Templates
from wire.accounts.sessions import Identity, OpenedSession, SessionEnd, SessionNotFound
from wire.identity import SessionUnknown
from wire.values import Role

LIFE = datetime.timedelta(hours=12)
IDLE = datetime.timedelta(minutes=30)
MINUTE = datetime.timedelta(minutes=1)


def open_session(
    session: Session,
    user: UserRow,
    *,
    now: datetime.datetime = NOW,
    is_remembered: bool = False,
    is_returning: bool = False,
    life: datetime.timedelta = LIFE,
    **changes: str,
) -> OpenedSession:
    seen = {"user_agent": "curl/8", "ip_address": "192.0.2.1", **changes}
    by = Actor(kind=ActorKind.USER, **seen)
    opened = sessions.open_for(
        session, user, by=by, now=now, life=life, is_remembered=is_remembered, is_returning=is_returning
    )
    session.flush()
    return opened


def identify(session: Session, token: str, *, now: datetime.datetime = NOW) -> Identity:
    return sessions.identify(session, tokens.digest(token), now=now, idle=IDLE)


def end(session: Session, session_id: uuid.UUID, user_id: uuid.UUID | None) -> list[sessions.Ended]:
    which = (sessions.SESSIONS.c.id == session_id, sessions.SESSIONS.c.user_id == user_id)
    return OF_USERS.end(session, *which, now=NOW, reason=SessionEnd.LOGGED_OUT)


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
    end = NOW + LIFE
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
    (ended,) = end(session, opened.session.id, user.id)
    assert (ended.id, ended.holder_id) == (opened.session.id, user.id)
    assert end(session, opened.session.id, user.id) == []
    with pytest.raises(SessionUnknown):
        identify(session, opened.token)
    assert identify(session, other.token).session_id == other.session.id


def test_nobody_ends_another_users_session(session: Session) -> None:
    _, user = store(session)
    opened = open_session(session, user)
    assert end(session, opened.session.id, uuid.uuid4()) == []
    assert end(session, opened.session.id, None) == []
    assert identify(session, opened.token).user_id == user.id


def test_what_a_browser_says_of_itself_is_cut_not_refused(session: Session) -> None:
    _, user = store(session)
    opened = open_session(session, user, user_agent="x" * 5000, ip_address="y" * 100)
    assert len(opened.session.user_agent) == 300
    assert len(opened.session.ip_address) == 45


def test_a_remembered_session_does_not_idle_and_ends_after_its_days(session: Session) -> None:
    _, user = store(session)
    month = datetime.timedelta(days=30)
    opened = open_session(session, user, is_remembered=True, life=month)
    identify(session, opened.token, now=NOW + month - MINUTE)
    with pytest.raises(SessionUnknown):
        identify(session, opened.token, now=NOW + month)


def test_a_removed_users_session_is_refused_even_if_nobody_ended_it(session: Session) -> None:
    _, user = store(session)
    opened = open_session(session, user)
    user.removed_at = NOW
    session.flush()
    with pytest.raises(SessionUnknown):
        identify(session, opened.token)


def test_a_cancelled_account_knows_only_sessions_that_lead_back(session: Session) -> None:
    account, user = store(session)
    ordinary, returning = open_session(session, user), open_session(session, user, is_returning=True)
    account.status = "cancelled"
    session.flush()
    with pytest.raises(SessionUnknown):
        identify(session, ordinary.token)
    assert identify(session, returning.token).is_returning


# One's own sessions.


def living(
    session: Session, user: UserRow, *, current_id: uuid.UUID | None = None, now: datetime.datetime = NOW
) -> list[uuid.UUID]:
    return [one.id for one in sessions.living(session, user.id, current_id=current_id, now=now, idle=IDLE)]


def test_a_user_sees_living_sessions_only_the_current_one_first(session: Session) -> None:
    _, user = store(session)
    _, stranger = store(session, owner_email="bob@example.com")
    open_session(session, stranger)
    ended, idle = open_session(session, user), open_session(session, user)
    kept = open_session(session, user, is_remembered=True)
    now = NOW + IDLE
    older, current = open_session(session, user, now=now - MINUTE), open_session(session, user, now=now)
    end(session, ended.session.id, user.id)
    found = [older.session.id, current.session.id, kept.session.id]
    assert living(session, user, current_id=older.session.id, now=now) == found
    assert idle.session.id not in found


def test_a_session_says_which_one_is_looking_and_what_the_device_is_called(session: Session) -> None:
    _, user = store(session)
    agent = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"
    here, there = open_session(session, user, user_agent=agent), open_session(session, user)
    found = sessions.living(session, user.id, current_id=here.session.id, now=NOW, idle=IDLE)
    assert [(one.id, one.is_current) for one in found] == [(here.session.id, True), (there.session.id, False)]
    assert [(one.browser, one.system) for one in found] == [("Firefox", "Windows"), ("curl", "")]


def test_only_ones_own_sessions_are_found(session: Session) -> None:
    _, user = store(session)
    _, stranger = store(session, owner_email="bob@example.com")
    opened = open_session(session, user)
    sessions.check_own(session, opened.session.id, user.id)
    end(session, opened.session.id, user.id)
    sessions.check_own(session, opened.session.id, user.id)
    for session_id, user_id in (
        (opened.session.id, stranger.id),
        (opened.session.id, None),
        (uuid.uuid4(), user.id),
    ):
        with pytest.raises(SessionNotFound):
            sessions.check_own(session, session_id, user_id)


def test_the_fifty_first_session_ends_the_oldest(session: Session) -> None:
    _, user = store(session)
    opened = [open_session(session, user, now=NOW + number * MINUTE / 60) for number in range(50)]
    now = NOW + MINUTE
    (ended,) = OF_USERS.make_room(session, user.id, now=now, idle=IDLE, reason=SessionEnd.TOO_MANY)
    assert (ended.id, ended.reason) == (opened[0].session.id, SessionEnd.TOO_MANY)
    open_session(session, user, now=now)
    assert len(living(session, user, now=now)) == LIVING_MAX
    assert opened[0].session.id not in living(session, user, now=now)


def test_sessions_that_are_over_take_no_room(session: Session) -> None:
    _, user = store(session)
    for _ in range(60):
        open_session(session, user)
    later = NOW + IDLE
    for _ in range(49):
        open_session(session, user, now=later)
    assert OF_USERS.make_room(session, user.id, now=later, idle=IDLE, reason=SessionEnd.TOO_MANY) == []


# A log-in while something else happens.


def test_a_user_whose_password_was_changed_meanwhile_is_not_held(session: Session) -> None:
    _, user = store(session)
    user.password_hash = "a hash"
    session.flush()
    seen = UserRow(id=user.id, password_hash="older")
    assert sessions.hold(session, seen) is None
    held = sessions.hold(session, user)
    assert held is not None
    assert held.account.id == user.account_id
    user.removed_at = NOW
    session.flush()
    assert sessions.hold(session, user) is None


def test_the_present_session_is_found_until_it_ends(session: Session) -> None:
    _, user = store(session)
    opened = open_session(session, user)
    row, found = sessions.current(session, opened.session.id, now=NOW)
    assert (row.id, found.id, found.account.id) == (opened.session.id, user.id, user.account_id)
    end(session, opened.session.id, user.id)
    for session_id in (opened.session.id, uuid.uuid4(), None):
        with pytest.raises(SessionUnknown):
            sessions.current(session, session_id, now=NOW)


def test_many_log_ins_at_once_do_not_make_too_many_sessions(templates: Templates) -> None:
    url = templates.new("accounts")
    with committed(url) as database:
        _, user = store(database)
        user.password_hash = "a hash"

    def log_in(_: int) -> None:
        with committed(url) as database:
            held = sessions.hold(database, user)
            assert held is not None
            OF_USERS.make_room(database, held.id, now=NOW, idle=IDLE, reason=SessionEnd.TOO_MANY)
            open_session(database, held)

    for _ in range(7):
        assert at_once(8, log_in) == [None] * 8
    with committed(url) as database:
        assert len(living(database, user)) == LIVING_MAX

"""The audit log holds what happened, for good, and is read a page at a time."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

import pytest
from sqlalchemy import exc, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from accounts.api_keys.models import ApiKeyRow
from accounts.audit_log import audit
from accounts.audit_log.actors import Actor
from accounts.models import UserRow
from accounts.sessions import sessions
from accounts.sessions.sessions import Ended
from tests.accounts.conftest import NOW, store
from tests.support.sessions import committed, rolled_back
from tests.support.suite import Templates
from wire.accounts.audit_log import ActorKind, AuditEntry, AuditPage, ListAuditLog
from wire.accounts.sessions import SessionEnd
from wire.cursors import CursorInvalid

ACCOUNT, OTHER = uuid.uuid4(), uuid.uuid4()
SOMEBODY = UserRow(id=uuid.uuid4(), account_id=ACCOUNT)
ANOTHER = UserRow(id=uuid.uuid4(), account_id=OTHER)
NOBODY = Actor(kind=ActorKind.NOBODY, ip_address="203.0.113.7", user_agent="Mozilla/5.0")


def write(session: Session, action: str = "password_changed", **changes: Any) -> None:
    subject = changes.pop("subject", SOMEBODY)
    audit.record(session, action, subject, **{"by": NOBODY, "now": NOW, **changes})


def read(session: Session, account_id: uuid.UUID = ACCOUNT, **request: Any) -> AuditPage:
    return audit.page(session.connection(), account_id, ListAuditLog(**request))


def walk(session: Session, **request: Any) -> list[AuditEntry]:
    """Every page, from the newest entry to the oldest."""
    page = read(session, **request)
    found = [*page.data]
    while page.next_cursor is not None:
        page = read(session, after=page.next_cursor, **request)
        found += page.data
    return found


def test_an_entry_says_who_did_what_to_what_when_and_from_where(session: Session) -> None:
    _, owner = store(session)
    write(
        session,
        "user_invited",
        by=NOBODY.being(owner),
        subject=owner,
        facts={"role": "agent", "is_new": True},
    )
    (entry,) = read(session, owner.account_id).data
    assert (entry.action, entry.happened_at) == ("user_invited", NOW)
    assert (entry.actor.kind, entry.actor.id, entry.actor.name) == (ActorKind.USER, owner.id, owner.name)
    assert (entry.object.kind, entry.object.id) == ("user", owner.id)
    assert (entry.ip_address, entry.user_agent) == ("203.0.113.7", "Mozilla/5.0")
    assert entry.facts == {"role": "agent", "is_new": True}


def test_an_entry_names_what_was_done_to_which_kind_of_thing(session: Session) -> None:
    account, owner = store(session)
    key = ApiKeyRow(id=uuid.uuid4(), account_id=account.id)
    ended = Ended(id=uuid.uuid4(), holder_id=owner.id, account_id=account.id, reason=SessionEnd.LOGGED_OUT)
    opened = sessions.open_for(session, owner, by=NOBODY, now=NOW, life=datetime.timedelta(hours=1))
    for subject in (account, owner, key, ended, opened):
        write(session, subject=subject)
    found = [(entry.object.kind, entry.object.id) for entry in reversed(read(session, account.id).data)]
    assert found == [
        ("account", account.id),
        ("user", owner.id),
        ("api_key", key.id),
        ("session", ended.id),
        ("session", opened.session.id),
    ]


def test_a_name_that_is_not_at_hand_is_looked_up_and_stays_as_it_was(session: Session) -> None:
    _, owner = store(session)
    write(session, by=Actor(kind=ActorKind.USER, id=owner.id))
    session.execute(text("UPDATE users SET name = 'Renamed' WHERE id = :id"), {"id": owner.id})
    write(session, by=Actor(kind=ActorKind.USER, id=uuid.uuid4()))
    unknown, known = read(session).data
    assert (known.actor.name, unknown.actor.name) == ("Ann Owner", "")


@pytest.mark.parametrize("limit", [1, 2, 5, 6, 100])
def test_pages_hold_every_entry_once_newest_first(session: Session, limit: int) -> None:
    for number in range(5):
        write(session, facts={"number": number})
        write(session, subject=ANOTHER)
    found = walk(session, limit=limit)
    assert [entry.facts["number"] for entry in found] == [4, 3, 2, 1, 0]


def test_what_happens_while_one_leafs_through_moves_nothing(session: Session) -> None:
    for number in range(4):
        write(session, facts={"number": number})
    first = read(session, limit=2)
    write(session, facts={"number": "later"})
    second = read(session, limit=2, after=first.next_cursor)
    assert [entry.facts["number"] for entry in (*first.data, *second.data)] == [3, 2, 1, 0]
    assert not second.has_more


def test_the_log_is_read_by_action_and_by_who_acted(session: Session) -> None:
    account, owner = store(session)
    by_owner = NOBODY.being(owner)
    for action, by in (("a", by_owner), ("b", by_owner), ("a", NOBODY)):
        write(session, action, by=by)
    assert [entry.actor.id for entry in walk(session, action="a", limit=1)] == [None, owner.id]
    assert [entry.action for entry in walk(session, actor=owner.id, limit=1)] == ["b", "a"]
    assert len(walk(session, action="b", actor=owner.id)) == 1
    assert walk(session, action="c") == walk(session, actor=account.id) == []


def test_a_cursor_is_of_no_use_with_another_filter(session: Session) -> None:
    for _ in range(2):
        write(session, "a")
    cursor = read(session, action="a", limit=1).next_cursor
    assert len(read(session, action="a", after=cursor).data) == 1
    for request in ({}, {"action": "b"}, {"action": "a", "actor": ACCOUNT}):
        with pytest.raises(CursorInvalid):
            read(session, after=cursor, **request)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_log SET action = 'something_else'",
        "UPDATE audit_log SET facts = '{}' WHERE id < 0",
        "DELETE FROM audit_log",
        "TRUNCATE audit_log",
    ],
)
def test_the_database_refuses_to_change_what_happened(session: Session, statement: str) -> None:
    """Also to the owner of the table, whom no missing privilege would stop."""
    write(session)
    with pytest.raises(exc.ProgrammingError, match="audit_log only grows"), session.begin_nested():
        session.execute(text(statement))
    assert len(read(session).data) == 1


def test_an_account_sees_its_own_entries_also_without_a_condition(templates: Templates) -> None:
    url = templates.new("accounts")
    with committed(url) as session:
        write(session)
        write(session, subject=ANOTHER)
    for account_id in (ACCOUNT, OTHER):
        with rolled_back(url, account_id=account_id) as session:
            seen = session.scalars(text("SELECT account_id FROM audit_log")).all()
            assert seen == [account_id]
            assert len(read(session, account_id).data) == 1
    with rolled_back(url, account_id=ACCOUNT) as session:
        assert read(session, OTHER).data == ()


FILL = """
    INSERT INTO audit_log (account_id, happened_at, action, actor_kind, actor_id, actor_name, object_kind,
                           ip_address, user_agent, facts)
    SELECT CASE WHEN n % 50 = 0 THEN CAST(:account AS uuid) ELSE md5((n % 1000)::text)::uuid END,
           now(), CASE WHEN n % 100 = 0 THEN 'password_changed' ELSE 'session_opened' END,
           'user', CASE WHEN n % 150 = 0 THEN CAST(:actor AS uuid) ELSE md5((n % 50)::text)::uuid END,
           'Ann', 'user', '', '', '{}'
    FROM generate_series(1, 150000) n
"""
ACTOR = uuid.uuid4()
REQUESTS = {
    "ix_audit_log_account": {},
    "ix_audit_log_action": {"action": "password_changed"},
    "ix_audit_log_actor": {"actor": ACTOR},
}


@pytest.fixture(scope="module")
def large_url(templates: Templates) -> str:
    """A log of 150,000 entries, of which each fiftieth is one account's."""
    url = templates.new("accounts")
    with committed(url) as session:
        session.execute(text(FILL), {"account": ACCOUNT, "actor": ACTOR})
    with committed(url) as session:
        session.execute(text("ANALYZE audit_log"))
    return url


@pytest.mark.parametrize("is_first", [True, False], ids=["first page", "later page"])
@pytest.mark.parametrize("index", REQUESTS)
def test_a_page_of_a_large_log_is_read_from_an_index(large_url: str, index: str, is_first: bool) -> None:
    with rolled_back(large_url, account_id=ACCOUNT) as session:
        after = None if is_first else read(session, limit=2, **REQUESTS[index]).next_cursor
        request = ListAuditLog(limit=30, after=after, **REQUESTS[index])
        asked = audit.entries(ACCOUNT, request).compile(
            dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True}
        )
        plan = "\n".join(session.scalars(text(f"EXPLAIN {asked}")))
    assert index in plan
    assert "Seq Scan" not in plan
    assert REQUESTS[index] or "Sort" not in plan, "the whole log would be read for a page of it"


def test_entries_of_one_moment_keep_their_order(session: Session) -> None:
    later = NOW + datetime.timedelta(seconds=1)
    for number, now in enumerate((later, NOW, NOW)):
        write(session, now=now, facts={"number": number})
    assert [entry.facts["number"] for entry in walk(session)] == [2, 1, 0]

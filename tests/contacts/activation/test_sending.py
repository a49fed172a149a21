"""Sending of activation mails: who gets one, who does not and why, with as many queries for many as for one."""

from __future__ import annotations

import datetime
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from contacts.activation import progress, sending
from contacts.activation.models import EmailTokenRow
from contacts.activation.sending import Sending, Sent
from contacts.people.models import ContactRow
from tests.contacts.conftest import ACCOUNT, NOW, OTHER, add
from wire.contract import Refusal
from wire.values import TokenState

COOL_DOWN = datetime.timedelta(minutes=1)


def how(now: datetime.datetime = NOW) -> Sending:
    life = datetime.timedelta(hours=72)
    return Sending(key="k" * 48, now=now, life=life, cool_down=COOL_DOWN, portal_slug="plum")


def send(
    session: Session, *rows: ContactRow, now: datetime.datetime = NOW
) -> dict[uuid.UUID, Sent | Refusal]:
    return sending.send(session, ACCOUNT, [row.id for row in rows], how(now))


def codes(results: dict[uuid.UUID, Sent | Refusal]) -> list[str]:
    return [one.code if isinstance(one, Refusal) else "sent" for one in results.values()]


def people(session: Session, count: int) -> list[ContactRow]:
    return [add(session, email=f"bob{number}@example.com") for number in range(count)]


def statements_of(session: Session, rows: list[ContactRow]) -> int:
    """How many things are asked of the database when these get their mail."""
    seen: list[str] = []

    def note(*arguments: object) -> None:
        seen.append(str(arguments[2]))

    session.flush()
    connection = session.connection()
    sa.event.listen(connection, "before_cursor_execute", note)
    send(session, *rows)
    session.flush()
    sa.event.remove(connection, "before_cursor_execute", note)
    return len(seen)


def test_everybody_who_gets_none_is_told_why_in_the_order_in_which_they_are_named(session: Session) -> None:
    verified, blocked, deleted, plain = people(session, 4)
    verified.verified_at = blocked.blocked_at = deleted.deleted_at = NOW
    phone = add(session, phone="+33142685300")
    foreign = add(session, account_id=OTHER, email="bob@example.com")
    results = send(session, deleted, plain, foreign, blocked, phone, plain, verified)
    assert codes(results) == [
        "contact_deleted",
        "sent",
        "contact_not_found",
        "contact_blocked",
        "contact_has_no_email",
        "contact_already_verified",
    ]


def test_another_mail_replaces_the_link_once_the_contact_has_cooled_down(session: Session) -> None:
    [row] = people(session, 1)
    first = send(session, row)[row.id]
    assert isinstance(first, Sent)
    assert not first.is_resent
    early = send(session, row, now=NOW + COOL_DOWN / 2)[row.id]
    assert isinstance(early, Refusal)
    assert (early.code, early.facts["seconds_left"]) == ("cooling_down", 30)
    second = send(session, row, now=NOW + COOL_DOWN)[row.id]
    assert isinstance(second, Sent)
    assert second.is_resent
    session.flush()
    session.refresh(first.token)
    assert first.token.state == TokenState.SUPERSEDED.value


def test_thirty_cost_as_many_queries_as_two(session: Session) -> None:
    everybody = people(session, 32)
    assert statements_of(session, everybody[:30]) == statements_of(session, everybody[30:])


def test_what_is_told_of_a_mail_counts_in_whatever_order_it_comes(session: Session) -> None:
    [row] = people(session, 1)
    sent = send(session, row)[row.id]
    assert isinstance(sent, Sent)
    session.flush()
    told = [
        (lambda at: progress.note_delivered(session, sent.token.id, at=at), "delivered"),
        (lambda at: progress.note_sent(session, sent.token.id, at=at), "delivered"),
        (lambda at: progress.note_opened(session, sent.token, now=at), "link_opened"),
        (lambda at: progress.note_delivered(session, sent.token.id, at=at), "link_opened"),
    ]
    for minutes, (tell, state) in enumerate(told):
        tell(NOW + datetime.timedelta(minutes=minutes))
        assert row.activation_state == state
    assert session.get_one(EmailTokenRow, sent.token.id).delivered_at == NOW


def test_what_becomes_of_a_replaced_mail_is_not_the_contacts_state(session: Session) -> None:
    [row] = people(session, 1)
    first = send(session, row)[row.id]
    send(session, row, now=NOW + COOL_DOWN)
    assert isinstance(first, Sent)
    session.flush()
    progress.note_bounced(session, first.token.id, at=NOW, reason="550")
    assert (row.activation_state, progress.state_of(first.token)) == ("queued", "bounced")
    progress.note_sent(session, uuid.uuid4(), at=NOW)

"""Email tokens, issued to many people with as many queries as to one."""

from __future__ import annotations

import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from accounts.email_tokens.user_tokens import TOKENS, Purpose
from accounts.models import UserRow
from identity import email_tokens
from identity.email_tokens import Recipient
from tests.accounts.conftest import store
from tests.identity.conftest import NOW
from wire.values import TokenState

KEY = "k" * 48
DAY = datetime.timedelta(days=1)


def recipients(session: Session, count: int) -> list[Recipient]:
    users = [store(session, owner_email=f"ann{number}@example.com")[1] for number in range(count)]
    return [recipient(user) for user in users]


def recipient(user: UserRow) -> Recipient:
    return Recipient(holder_id=user.id, account_id=user.account_id, email_key=user.email_key)


def statements_of(session: Session, who: list[Recipient]) -> list[str]:
    """What is asked of the database when these people get a token."""
    seen: list[str] = []

    def note(*arguments: object) -> None:
        seen.append(str(arguments[2]))

    connection = session.connection()
    sa.event.listen(connection, "before_cursor_execute", note)
    TOKENS.issue_all(session, who, Purpose.ACTIVATION, key=KEY, now=NOW, life=DAY)
    session.flush()
    sa.event.remove(connection, "before_cursor_execute", note)
    return seen


def test_thirty_people_cost_as_many_statements_as_one(session: Session) -> None:
    everybody = recipients(session, 30)
    assert len(statements_of(session, everybody)) == len(statements_of(session, everybody[:1]))


def test_each_gets_a_token_of_their_own_in_their_order_and_the_older_one_dies(session: Session) -> None:
    everybody = recipients(session, 3)
    older = TOKENS.issue(session, everybody[1], Purpose.ACTIVATION, key=KEY, now=NOW, life=DAY)
    rows = TOKENS.issue_all(session, everybody, Purpose.ACTIVATION, key=KEY, now=NOW, life=DAY)
    session.flush()
    assert [row.user_id for row in rows] == [one.holder_id for one in everybody]
    assert len({TOKENS.secret(row, KEY) for row in rows}) == 3
    session.refresh(older)
    assert email_tokens.state(older, NOW) is TokenState.SUPERSEDED

"""Database sessions for tests of rules, rolled back or committed on a real database."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

Result = TypeVar("Result")
SCOPE = sa.text("SELECT set_config('frontdesk.scope', :scope, true)")


@contextmanager
def rolled_back(url: str, *, account_id: uuid.UUID | None = None) -> Iterator[Session]:
    """A session whose changes nobody else ever sees; it works for one account, or across all of them."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        transaction = connection.begin()
        with Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as session:
            enter(session, account_id)
            yield session
        transaction.rollback()
    engine.dispose()


@contextmanager
def committed(url: str, *, account_id: uuid.UUID | None = None) -> Iterator[Session]:
    """A session whose changes are committed at its end."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with Session(engine, expire_on_commit=False) as session, session.begin():
        enter(session, account_id)
        yield session
    engine.dispose()


def enter(session: Session, account_id: uuid.UUID | None) -> None:
    """What a unit of work tells row level security: one account, or across all of them."""
    session.execute(SCOPE, {"scope": "all" if account_id is None else str(account_id)})


def at_once(count: int, work: Callable[[int], Result]) -> list[Result | BaseException]:
    """What `work(0)` to `work(count - 1)` return or raise, run in that many threads."""
    with ThreadPoolExecutor(count) as pool:
        futures = [pool.submit(work, number) for number in range(count)]
    return [future.exception() or future.result() for future in futures]

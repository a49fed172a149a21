"""The unit of work: one transaction of one account, with its events, under its idempotency key."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, text

from chassis import context
from chassis.context import Context
from chassis.database import engines, migrations, tenancy, work
from chassis.database.idempotency import IdempotentWrite, Replayed
from chassis.database.work import Begin, Work
from chassis.errors import IdempotencyInProgress, IdempotencyKeyReused
from tests.chassis.things import ONE, TWO, MakeThing, Thing, Things
from wire.contract import Rpc


@pytest.fixture(autouse=True)
def things(engine: Engine) -> None:
    """A table whose rows belong to accounts."""
    with engines.account_scope(None), engine.begin() as connection:
        connection.execute(text("CREATE TABLE made (account_id uuid NOT NULL, number int NOT NULL)"))
        migrations.protect_account_rows(Operations(MigrationContext.configure(connection)), "made")


def make(begin: Begin, number: int, *, account_id: uuid.UUID = ONE) -> None:
    with context.within(account_id=account_id), begin() as opened:
        insert(opened.session, number, account_id)


def insert(session: Any, number: int, account_id: uuid.UUID = ONE) -> None:
    session.execute(
        text("INSERT INTO made VALUES (:account_id, :number)"), {"account_id": account_id, "number": number}
    )


def numbers(begin: Begin, *, account_id: uuid.UUID | None = None) -> list[int]:
    with context.within(account_id=account_id), begin() as opened:
        return seen(opened)


def numbers_of_all(begin: Begin) -> list[int]:
    with begin.all_tenants() as opened:
        return seen(opened)


def seen(opened: Work) -> list[int]:
    return list(opened.session.scalars(text("SELECT number FROM made ORDER BY number")))


def unsent(engine: Engine) -> list[Any]:
    with engines.account_scope(None), engine.begin() as connection:
        return list(
            connection.execute(text("SELECT aggregate, sequence, body FROM outbox ORDER BY position"))
        )


def test_a_block_that_raises_leaves_nothing(begin: Begin, engine: Engine) -> None:
    def fail() -> None:
        with context.within(account_id=ONE), begin() as opened:
            insert(opened.session, 1)
            opened.announce(Things.thing_made, Thing(number=1), aggregate=ONE)
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        fail()
    assert numbers(begin, account_id=ONE) == []
    assert unsent(engine) == []


def test_an_account_sees_its_own_rows_and_nobody_elses(begin: Begin) -> None:
    make(begin, 1, account_id=ONE)
    make(begin, 2, account_id=TWO)
    assert numbers(begin, account_id=ONE) == [1]
    assert numbers(begin, account_id=TWO) == [2]
    assert numbers(begin, account_id=None) == []
    with context.within(account_id=ONE):
        assert numbers_of_all(begin) == [1, 2]
    # The connection is the same; what it was allowed before has not stayed with it.
    assert numbers(begin, account_id=None) == []


def test_an_account_cannot_write_rows_of_another(begin: Begin) -> None:
    with (
        pytest.raises(Exception, match="row-level security"),
        context.within(account_id=ONE),
        begin() as opened,
    ):
        insert(opened.session, 1, TWO)
    assert numbers_of_all(begin) == []


def test_a_unit_of_work_is_bound_to_the_account_that_a_look_up_has_found(begin: Begin) -> None:
    make(begin, 1, account_id=ONE)
    make(begin, 2, account_id=TWO)
    with context.within(account_id=TWO), begin.for_tenant(ONE) as opened:
        assert seen(opened) == [1]
    with pytest.raises(Exception, match="row-level security"), begin.for_tenant(ONE) as opened:
        insert(opened.session, 3, TWO)
    assert numbers_of_all(begin) == [1, 2]


def test_a_look_up_over_all_tenants_ends_with_its_block(begin: Begin) -> None:
    make(begin, 1, account_id=ONE)
    make(begin, 2, account_id=TWO)
    with begin.for_tenant(ONE) as opened:
        with tenancy.all_tenants(opened.session):
            assert seen(opened) == [1, 2]
        assert seen(opened) == [1]
    assert numbers(begin, account_id=None) == []


def test_an_account_id_that_is_no_uuid_does_not_reach_the_database(begin: Begin) -> None:
    forged: Any = "'; DROP TABLE made; --"
    with pytest.raises(TypeError), context.within(account_id=forged), begin():
        pass


def test_events_are_numbered_per_aggregate_in_the_order_of_their_commits(
    begin: Begin, engine: Engine
) -> None:
    for number in (1, 2):
        with begin() as opened:
            opened.announce(Things.thing_made, Thing(number=number), aggregate=ONE)
            opened.announce(Things.thing_made, Thing(number=number), aggregate=TWO)
    assert [(row.aggregate, row.sequence) for row in unsent(engine)] == [
        (f"thing/{ONE}", 1),
        (f"thing/{TWO}", 1),
        (f"thing/{ONE}", 2),
        (f"thing/{TWO}", 2),
    ]


def test_an_event_names_its_account_and_its_cause(begin: Begin, engine: Engine) -> None:
    with context.within(account_id=ONE, correlation_id="c-7", causation_id=TWO), begin() as opened:
        opened.announce(Things.thing_made, Thing(number=1), aggregate=ONE)
    (row,) = unsent(engine)
    for part in (f'"account_id":"{ONE}"', '"correlation_id":"c-7"', f'"causation_id":"{TWO}"'):
        assert part in row.body


# Idempotency keys.


@contextmanager
def guarded(
    number: int = 1,
    *,
    rpc: Rpc[Any, Any] = Things.make_thing,
    key: str | None = "k",
    account_id: uuid.UUID = ONE,
) -> Iterator[None]:
    """A call with an idempotency key, as the RPC server sets it up."""
    now = Context(correlation_id="c", account_id=account_id, idempotency_key=key)
    token = work.participant.set(IdempotentWrite.of(rpc, MakeThing(number=number), now))
    try:
        with context.within(account_id=account_id):
            yield
    finally:
        work.participant.reset(token)


def make_once(begin: Begin, number: int = 1) -> Thing:
    with begin() as opened:
        insert(opened.session, number, context.current().account_id or ONE)
        return opened.answer(Thing(number=number))


def test_the_same_key_gets_the_same_answer_once(begin: Begin) -> None:
    with guarded():
        make_once(begin)
    with guarded(), pytest.raises(Replayed) as replayed:
        make_once(begin)
    assert replayed.value.reply == {"number": 1, "name": "thing"}
    assert numbers(begin, account_id=ONE) == [1]


def test_the_same_key_with_another_request_is_refused(begin: Begin) -> None:
    with guarded():
        make_once(begin)
    with guarded(2), pytest.raises(IdempotencyKeyReused):
        make_once(begin, 2)
    assert numbers(begin, account_id=ONE) == [1]


def test_keys_of_two_accounts_have_nothing_to_do_with_each_other(begin: Begin) -> None:
    for account_id in (ONE, TWO):
        with guarded(account_id=account_id):
            make_once(begin)
    assert numbers_of_all(begin) == [1, 1]


def test_a_call_that_failed_left_nothing_and_is_done_again(begin: Begin) -> None:
    def fail() -> None:
        with guarded(), begin() as opened:
            insert(opened.session, 1)
            opened.answer(Thing(number=1))
            raise ValueError("later")

    with pytest.raises(ValueError, match="later"):
        fail()
    with guarded():
        make_once(begin)
    assert numbers(begin, account_id=ONE) == [1]


def test_of_two_calls_at_once_with_one_key_the_second_is_told_so(begin: Begin) -> None:
    outcomes: list[type[BaseException] | None] = []

    def second() -> None:
        try:
            with guarded():
                make_once(begin)
            outcomes.append(None)
        except IdempotencyInProgress as refused:
            outcomes.append(type(refused))

    with guarded(), begin() as opened:
        insert(opened.session, 1)
        other = threading.Thread(target=second)
        other.start()
        other.join(5)
        opened.answer(Thing(number=1))
    assert outcomes == [IdempotencyInProgress]
    assert numbers(begin, account_id=ONE) == [1]


@pytest.mark.parametrize(("rpc", "key"), [(Things.make_thing, None), (Things.look_at_thing, "k")])
def test_a_call_without_a_key_and_one_that_writes_nothing_need_no_guard(
    rpc: Rpc[Any, Any], key: str | None
) -> None:
    assert (
        IdempotentWrite.of(rpc, MakeThing(number=1), Context(correlation_id="c", idempotency_key=key)) is None
    )

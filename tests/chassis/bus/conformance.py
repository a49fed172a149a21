"""The conformance scenarios of a bus, run by the fault tests' services in one process; prints one JSON line.

Run as a child with `FRONTDESK_AMQP_URI` and the databases of maker and keeper: the same scenarios over either bus.
"""

from __future__ import annotations

from chassis.process import green

green.patch()

# ruff: noqa: E402  # everything after the patch

import json
import time
import traceback
import uuid
from collections.abc import Callable
from typing import Any

import eventlet
import sqlalchemy as sa
from drill import Add, Count, Keeper, Nobody, Wait

from chassis import context
from chassis.database import engines
from chassis.errors import BusError, DeadlineExceeded, ServiceUnavailable
from chassis.process import runner
from chassis.rpc import Replies

SERVICES = ["maker", "keeper", "asker"]
WAIT_SECONDS = 15.0


class Driver:
    """Calls the services over the asker's connection, and reads and writes their databases."""

    def __init__(self, process: Any) -> None:
        containers = {container.service_name: container for container in process._runner.containers}
        (replies,) = (one for one in containers["asker"].extensions if isinstance(one, Replies))
        self.replies: Replies = replies
        self.keeper = Keeper(replies)
        self.nobody = Nobody(replies)

    def sql(self, service: str, statement: str, **values: Any) -> list[Any]:
        with engines.account_scope(None), engines.engine_for(service).begin() as connection:
            done = connection.execute(sa.text(statement), values)
            return list(done) if done.returns_rows else []

    def order(self, count: int, *, kind: str = "made", mood: str | None = None) -> list[int]:
        """Parts of one new aggregate; their numbers. The mood is that of the first."""
        made = self.sql(
            "maker",
            """INSERT INTO orders (aggregate, kind, is_done) SELECT :aggregate, :kind, true
               FROM generate_series(1, :count) RETURNING number""",
            aggregate=uuid.uuid4(),
            kind=kind,
            count=count,
        )
        numbers = sorted(row.number for row in made)
        if mood is not None:
            self.sql("keeper", "INSERT INTO moods VALUES (:number, :mood)", number=numbers[0], mood=mood)
        self.sql("maker", "UPDATE orders SET is_done = false WHERE number = ANY(:numbers)", numbers=numbers)
        return numbers

    def kept(self, numbers: list[int]) -> list[int]:
        rows = self.sql(
            "keeper", "SELECT number FROM journal WHERE number = ANY(:n) ORDER BY position", n=numbers
        )
        return [row.number for row in rows]

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        with eventlet.Timeout(WAIT_SECONDS, AssertionError("it did not come to that")):
            while not is_so():
                eventlet.sleep(0.05)


def raised(function: Callable[[], Any]) -> type[BaseException] | None:
    try:
        function()
    except BusError as error:
        return type(error)
    return None


def a_call_is_answered(driver: Driver) -> None:
    assert driver.keeper.count(Count(aggregate=uuid.uuid4())).counter == 0


def many_calls_at_once_are_answered(driver: Driver) -> None:
    ask = Count(aggregate=uuid.uuid4())
    threads = [context.spawn(driver.keeper.count, ask) for _ in range(200)]
    assert [thread.wait().counter for thread in threads] == [0] * 200
    assert not driver.replies.waiting


def a_repeated_write_is_answered_and_not_done_again(driver: Driver) -> None:
    with context.within(idempotency_key=uuid.uuid4().hex):
        answers = [driver.keeper.add(Add(name="repeated")).counter for _ in range(3)]
    assert answers == [1, 1, 1]


def an_unknown_service_is_told_at_once(driver: Driver) -> None:
    started = time.monotonic()
    assert raised(lambda: driver.nobody.add(Add(name="x"))) is ServiceUnavailable
    assert time.monotonic() - started < 1


def a_call_ends_at_the_callers_deadline(driver: Driver) -> None:
    started = time.monotonic()
    with context.within(deadline=time.time() + 0.5):
        assert raised(lambda: driver.keeper.wait(Wait(seconds_tenths=20))) is DeadlineExceeded
    assert 0.4 < time.monotonic() - started < 1.5
    assert not driver.replies.waiting


def events_are_applied_once_and_in_order(driver: Driver) -> None:
    numbers = driver.order(50)
    driver.wait_until(lambda: len(driver.kept(numbers)) >= 50)
    assert driver.kept(numbers) == numbers


def a_failing_event_is_tried_again_and_keeps_its_order(driver: Driver) -> None:
    numbers = driver.order(5, mood="raise")
    driver.wait_until(
        lambda: bool(driver.sql("keeper", "SELECT FROM attempts WHERE number = :n", n=numbers[0]))
    )
    assert driver.kept(numbers) == []
    beside = driver.order(3)
    driver.wait_until(lambda: driver.kept(beside) == beside)
    driver.sql("keeper", "DELETE FROM moods")
    driver.wait_until(lambda: driver.kept(numbers) == numbers)


def an_event_that_fails_for_good_is_parked_and_can_be_replayed(driver: Driver) -> None:
    numbers = driver.order(3, mood="raise")
    parked = "SELECT id FROM parked WHERE state = 'parked'"
    driver.wait_until(lambda: len(driver.sql("keeper", parked)) == 1)
    driver.wait_until(lambda: driver.kept(numbers) == numbers[1:])
    driver.sql("keeper", "DELETE FROM moods")
    driver.sql("keeper", "UPDATE parked SET state = 'replaying'")
    driver.wait_until(lambda: sorted(driver.kept(numbers)) == numbers)


def what_nobody_hears_waits_when_it_is_owed(driver: Driver) -> None:
    driver.order(1, kind="seen")
    driver.order(1, kind="sold")
    unsent = "SELECT routing_key FROM outbox WHERE sent_at IS NULL"
    deferred = f"{unsent} AND deferred_until IS NOT NULL"
    driver.wait_until(lambda: [row.routing_key for row in driver.sql("maker", deferred)] == ["part.sold"])
    assert [row.routing_key for row in driver.sql("maker", unsent)] == ["part.sold"]


SCENARIOS = (
    a_call_is_answered,
    many_calls_at_once_are_answered,
    a_repeated_write_is_answered_and_not_done_again,
    an_unknown_service_is_told_at_once,
    a_call_ends_at_the_callers_deadline,
    events_are_applied_once_and_in_order,
    a_failing_event_is_tried_again_and_keeps_its_order,
    an_event_that_fails_for_good_is_parked_and_can_be_replayed,
    what_nobody_hears_waits_when_it_is_owed,
)


def main() -> None:
    process = runner.Process(SERVICES)
    process.start()
    driver, failures = Driver(process), {}
    driver.wait_until(lambda: all(process.ready().values()))
    for scenario in SCENARIOS:
        try:
            scenario(driver)
            failures[scenario.__name__] = ""
        except Exception:  # noqa: BLE001  # the parent shows it
            failures[scenario.__name__] = traceback.format_exc()
    print(json.dumps(failures), flush=True)
    process.request_stop()
    raise SystemExit(process.wait())


if __name__ == "__main__":
    main()

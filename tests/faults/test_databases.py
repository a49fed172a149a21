"""Event handlers whose database is away or that fail: events wait, are tried again, and keep their order."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest

from tests.faults.messages import Outsider
from tests.faults.rig import Rig, Service, through
from tests.support.postgres import Databases
from tests.support.proxy import Proxy
from tests.support.waiting import eventually

NewProxy = Callable[[int], Proxy]
AGGREGATES = 5
IMPATIENT = {"FRONTDESK_RETRY_DELAYS": "0.1", "FRONTDESK_DATABASE_SILENCE_SECONDS": "1.5"}


def start_behind(proxy: Proxy, rig: Rig, name: str, **extra: str) -> Service:
    return rig.start(
        name, **{f"FRONTDESK_{name.upper()}_DATABASE_URL": through(rig.url(name), proxy.port)}, **extra
    )


def refuse(proxy: Proxy) -> None:
    proxy.refuses = True
    proxy.cut()


def swallow(proxy: Proxy) -> None:
    proxy.black_hole()


@pytest.mark.parametrize("spoil", [refuse, swallow])
def test_an_outage_of_its_own_database_uses_up_no_attempt(
    spoil: Callable[[Proxy], None], rig: Rig, new_proxy: NewProxy, postgres: Databases
) -> None:
    proxy = new_proxy(postgres.port)
    keeper = start_behind(proxy, rig, "keeper", **IMPATIENT)
    rig.start("maker")
    rig.order(30, aggregates=AGGREGATES)
    rig.wait_until_kept(30)
    spoil(proxy)
    rig.order(30, aggregates=AGGREGATES)
    eventually(lambda: rig.unsent() == 0, what="all is at the broker")
    keeper.wait_for("handler_waits", count=AGGREGATES)  # each has tried in vain
    assert rig.kept() == 30
    proxy.heal()
    proxy.cut()
    rig.wait_until_kept(60)
    rig.assert_exactly_once(60)
    assert rig.parked() == []
    assert rig.value("keeper", "SELECT max(attempts) FROM inbox") == 0
    assert keeper.is_running


def test_a_bad_message_that_comes_while_the_database_is_away_is_parked_once_it_is_back(
    rig: Rig, new_proxy: NewProxy, postgres: Databases
) -> None:
    proxy = new_proxy(postgres.port)
    keeper = start_behind(proxy, rig, "keeper")
    refuse(proxy)
    with Outsider(rig.amqp_uri) as outsider:
        outsider.send(
            b"{not json", exchange="maker.events", routing_key="part.made", content_type="application/json"
        )
        keeper.wait_for("parking_waits")
        call = b'{"args": [], "kwargs": {"name": "x"}}'
        outsider.send_call("keeper.add", call, correlation_id="during")
        assert outsider.answer_to("during")["error"]["code"] == "service_unavailable"
        proxy.heal()
        eventually(lambda: len(rig.parked()) == 1, what="it is parked")
        outsider.call("keeper.add", name="after")


def test_terminated_sessions_repeat_the_work_and_not_its_effect(rig: Rig) -> None:
    rig.start("maker", "keeper")
    rig.order(400, aggregates=20)
    terminate = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                   WHERE datname = current_database() AND pid <> pg_backend_pid()"""
    for kept in (20, 80, 150, 250, 330):
        rig.wait_until_kept(kept)
        rig.sql("keeper", terminate)
    rig.wait_until_kept(400)
    rig.assert_exactly_once(400)
    assert rig.parked() == []


def test_a_failing_handler_is_tried_again_while_only_its_own_aggregate_waits(rig: Rig) -> None:
    # The others have all of the first delay to flow in.
    rig.environment["FRONTDESK_RETRY_DELAYS"] = "4.0,0.8"
    keeper = rig.start("keeper")
    rig.start("maker")
    (stuck,), (other,) = rig.order(0), rig.order(0)
    first = rig.order_of(stuck, mood="raise")
    eventually(lambda: keeper.entries("event_failed"), what="the first attempt has failed")
    behind = [rig.order_of(stuck) for _ in range(3)]
    beside = [rig.order_of(other) for _ in range(3)]
    eventually(lambda: set(beside) <= set(rig.journal()), what="the other aggregate flows")
    assert not {first, *behind} & set(rig.journal())

    eventually(lambda: len(rig.parked()) == 1, what="the first is parked after its last attempt")
    eventually(lambda: rig.journal()[-3:] == behind, what="those behind it flow, in order")
    tries = [at for (at,) in rig.sql("keeper", f"SELECT at FROM attempts WHERE number = {first} ORDER BY at")]
    pauses = [(after - before).total_seconds() for before, after in itertools.pairwise(tries)]
    assert len(pauses) == 2
    assert pauses[0] >= 4.0
    assert pauses[1] >= 0.8
    assert pauses[1] < 10


def test_a_handler_that_fails_once_keeps_the_order_of_its_aggregate(rig: Rig) -> None:
    # It is mended after its first attempt, and long before its last.
    rig.environment["FRONTDESK_RETRY_DELAYS"] = "1,10,10"
    rig.start("keeper")
    (aggregate,) = rig.order(0)
    numbers = [rig.order_of(aggregate, mood="raise" if place == 2 else None) for place in range(6)]
    rig.start("maker")
    eventually(lambda: rig.value("keeper", "SELECT count(*) FROM attempts") >= 1, what="it has failed once")
    rig.clear_moods()
    rig.wait_until_kept(6)
    assert rig.journal() == numbers
    rig.assert_exactly_once(6)


def test_what_waits_survives_the_death_of_its_process(rig: Rig) -> None:
    rig.environment["FRONTDESK_RETRY_DELAYS"] = "3,3,3"
    keeper = rig.start("keeper")
    rig.start("maker")
    (aggregate,) = rig.order(0)
    numbers = [rig.order_of(aggregate, mood="raise" if place == 0 else None) for place in range(3)]
    waiting = "SELECT count(*) = 3 FROM inbox WHERE state = 'waiting'"
    eventually(lambda: rig.value("keeper", waiting), what="all three wait")
    keeper.kill()
    rig.clear_moods()
    rig.start("keeper")
    rig.wait_until_kept(3)
    assert rig.journal() == numbers


def test_a_handler_opens_one_unit_of_work_and_no_second(rig: Rig) -> None:
    keeper = rig.start("keeper")
    rig.start("maker")
    (aggregate,) = rig.order(0)
    number = rig.order_of(aggregate, mood="work twice")
    keeper.wait_for("handler_raised")
    assert "second unit of work" in keeper.log.read_text()
    assert number not in rig.journal()

"""Is every event applied exactly once and in order, while processes, broker and database are killed around it?"""

from __future__ import annotations

import os
import time

import pytest

from tests.faults.rig import Rig
from tests.faults.storm import Storm
from tests.support.postgres import Databases
from tests.support.rabbitmq import PrivateBroker
from tests.support.waiting import eventually

EVENTS = int(os.environ.get("DRILL_EVENTS", "10000"))
CONTROL_EVENTS = EVENTS // 4
AGGREGATES = 200
LIMIT_SECONDS = 120.0
RETRY_DELAYS = "1,1,1,1,1"


@pytest.fixture
def storm_rig(harmed_rig: Rig) -> Rig:
    harmed_rig.environment["FRONTDESK_RETRY_DELAYS"] = RETRY_DELAYS
    # Queue before event: what is owed and has no queue waits five seconds for it.
    harmed_rig.start("keeper").terminate()
    return harmed_rig


def test_nothing_is_lost_nothing_is_applied_twice_and_order_holds(
    storm_rig: Rig, rabbit_node: PrivateBroker, postgres: Databases
) -> None:
    storm = Storm(storm_rig, rabbit_node, postgres)
    started = time.monotonic()
    storm_rig.order(EVENTS, aggregates=AGGREGATES)
    storm.blow(kills=40, broker_kills=2, database_restarts=2)
    left_seconds = LIMIT_SECONDS - (time.monotonic() - started)
    storm_rig.wait_until_kept(EVENTS, left_seconds)
    print(f"{time.monotonic() - started:.0f} s, {storm}")
    assert (storm.broker_kills, storm.database_restarts) == (2, 2)
    assert storm.kills >= 40
    storm_rig.assert_exactly_once(EVENTS)
    assert storm_rig.parked() == []
    assert storm.absorbed() >= 1


def test_without_the_outbox_the_same_storm_loses_events(
    storm_rig: Rig, rabbit_node: PrivateBroker, postgres: Databases
) -> None:
    storm = Storm(storm_rig, rabbit_node, postgres, DRILL_WITHOUT="outbox")
    storm_rig.order(CONTROL_EVENTS, aggregates=AGGREGATES)
    storm.blow(kills=10, broker_kills=1, database_restarts=0)
    wait_until_calm(storm_rig, rabbit_node)
    lost = CONTROL_EVENTS - storm_rig.kept()
    print(f"{storm}, {lost} lost")
    assert lost >= 1


def test_without_the_inbox_the_same_storm_applies_events_twice(
    storm_rig: Rig, rabbit_node: PrivateBroker, postgres: Databases
) -> None:
    storm = Storm(storm_rig, rabbit_node, postgres, DRILL_WITHOUT="inbox")
    storm_rig.order(CONTROL_EVENTS, aggregates=AGGREGATES)
    storm.blow(kills=12, broker_kills=1, database_restarts=0)
    storm_rig.wait_until_kept(CONTROL_EVENTS, LIMIT_SECONDS)
    wait_until_calm(storm_rig, rabbit_node)
    print(f"{storm}, {storm_rig.applied_twice()} applied twice")
    assert storm_rig.applied_twice() >= 1


def wait_until_calm(rig: Rig, node: PrivateBroker) -> None:
    """Until every order is worked off and no queue holds anything."""

    def is_calm() -> bool:
        undone = rig.value("maker", "SELECT count(*) FROM orders WHERE NOT is_done")
        held = node.rabbitmqctl("list_queues", "-p", rig.amqp_uri.rpartition("/")[2], "messages")
        return not undone and not any(int(count) for count in held.split() if count.isdigit())

    eventually(is_calm, LIMIT_SECONDS, "all is calm")

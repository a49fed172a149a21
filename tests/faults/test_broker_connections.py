"""Broker connections that are cut, delayed or swallowed, and queues that are missing: everything arrives once."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from tests.faults.messages import Outsider
from tests.faults.rig import LOOK_SECONDS, Rig, Service, port_of, through
from tests.support.proxy import Proxy
from tests.support.waiting import eventually

KEEP_QUEUE = "evt-maker-part.made--keeper.keep"
PUBLISHES = 3000
UNRELIABLE_SECONDS = 6
SOON = {"DRILL_DEFER_SECONDS": "1"}  # what has no queue is sent again then, not after five
NewProxy = Callable[[int], Proxy]


def start_behind(proxy: Proxy, rig: Rig, *names: str, **extra: str) -> Service:
    return rig.start(*names, FRONTDESK_AMQP_URI=through(rig.amqp_uri, proxy.port), **extra)


def test_a_broker_that_swallows_everything_is_noticed_and_all_arrives_once_it_is_healed(
    rig: Rig, new_proxy: NewProxy
) -> None:
    proxy = new_proxy(port_of(rig.amqp_uri))
    service = start_behind(proxy, rig, "maker", "keeper", "asker", FRONTDESK_HEARTBEAT_SECONDS="2")
    before = len(service.entries("link_up"))
    proxy.black_hole()
    rig.order(20, aggregates=3)
    connections = 8  # three of those that have a database, two of the asker
    service.wait_for("link_dropped", count=connections)
    proxy.heal()
    proxy.cut()
    service.wait_for("link_up", count=before + connections)
    rig.wait_until_kept(20)
    rig.assert_exactly_once(20)
    with Outsider(rig.amqp_uri) as outsider:
        assert outsider.call("asker.burst", calls=10)["counts"] == {"answered": 10}


def test_connections_that_are_reset_again_and_again_lose_nothing(rig: Rig, new_proxy: NewProxy) -> None:
    proxy = new_proxy(port_of(rig.amqp_uri))
    start_behind(proxy, rig, "maker", "keeper")
    rig.order(500, aggregates=20)
    for kept in (20, 60, 120, 200, 300):
        rig.wait_until_kept(kept)
        proxy.cut()
    rig.wait_until_kept(500)
    rig.assert_exactly_once(500)


def unconfirmed(maker: Service) -> bool:
    reasons = [entry["reason"] for entry in maker.entries("relay_waits")]
    return any("confirmations did not come" in reason for reason in reasons)


@contextmanager
def unreliable(proxy: Proxy) -> Iterator[None]:
    """Messages are delayed, swallowed and cut off, by chance, for as long as the block lasts."""
    chance, is_over = random.Random(7), threading.Event()

    def spoil() -> None:
        while not is_over.is_set():
            proxy.delay_seconds = chance.choice([0, 0, 0.05, 0.2, 0.35])
            proxy.drops_answers = chance.random() < 0.15
            proxy.drops_requests = chance.random() < 0.1
            if chance.random() < 0.2:
                proxy.cut()
            is_over.wait(chance.uniform(0.05, 0.4))

    thread = threading.Thread(target=spoil)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()
        proxy.heal()
        proxy.cut()


def test_what_counts_as_confirmed_is_in_the_queue(rig: Rig, new_proxy: NewProxy) -> None:
    keeper = rig.start("keeper")
    keeper.terminate()
    keeper.wait()
    proxy = new_proxy(port_of(rig.amqp_uri))
    maker = start_behind(
        proxy, rig, "maker", FRONTDESK_HEARTBEAT_SECONDS="2", DRILL_CONFIRM_SECONDS="0.3", DRILL_BATCH="20"
    )

    def all_are_sent() -> bool:
        sent = rig.value("maker", "SELECT count(*) FROM outbox WHERE sent_at IS NOT NULL")
        return bool(sent == PUBLISHES)

    proxy.drops_answers = True
    rig.order(PUBLISHES, aggregates=50)
    eventually(lambda: unconfirmed(maker), what="what was published is not confirmed")
    with unreliable(proxy), suppress(AssertionError):
        eventually(all_are_sent, UNRELIABLE_SECONDS, pause_seconds=LOOK_SECONDS)
    eventually(all_are_sent, 120, "all is sent", pause_seconds=LOOK_SECONDS)
    confirmed = {
        str(event_id)
        for (event_id,) in rig.sql("maker", "SELECT event_id FROM outbox WHERE sent_at IS NOT NULL")
    }
    with Outsider(rig.amqp_uri) as outsider:
        bodies = outsider.take_all(KEEP_QUEUE)
    assert confirmed <= {body["id"] for body in bodies}
    assert len(bodies) > PUBLISHES  # some had to be sent again


def test_an_owed_event_waits_for_its_queue_and_what_nobody_must_hear_does_not(rig: Rig) -> None:
    maker = rig.start("maker", **SOON)
    rig.order(1, kind="seen")
    eventually(lambda: rig.value("maker", "SELECT count(*) FROM outbox") == 1)
    eventually(lambda: rig.unsent() == 0, what="what is not owed is gone")
    (aggregate,) = rig.order(1, kind="sold")
    maker.wait_for("owed_event_has_no_queue")
    assert rig.unsent() == 1
    with Outsider(rig.amqp_uri) as outsider:
        outsider.declare("drill-late", exchange="maker.events", routing_key="part.sold")
        eventually(lambda: rig.unsent() == 0, what="it is sent")
        (body,) = outsider.take_all("drill-late")
    assert body["data"]["object"]["aggregate"] == str(aggregate)


def test_a_deleted_queue_is_made_again_and_what_it_owed_to_hear_is_heard(rig: Rig) -> None:
    keeper = rig.start("keeper")
    rig.start("maker", **SOON)
    with Outsider(rig.amqp_uri) as outsider:
        outsider.delete(KEEP_QUEUE)
        rig.order(20, aggregates=3)
        keeper.wait_for("link_up", count=4)
    rig.wait_until_kept(20)
    rig.assert_exactly_once(20)


def test_two_makers_and_two_keepers_keep_the_order_of_each_aggregate(rig: Rig) -> None:
    for name in ("keeper", "keeper", "maker", "maker"):
        rig.start(name)
    rig.order(600, aggregates=4)
    rig.wait_until_kept(600)
    rig.assert_exactly_once(600)

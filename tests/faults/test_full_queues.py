"""Queues that take no more for a while: no event is overtaken by a later one of its aggregate."""

from __future__ import annotations

import threading
from typing import Any, NamedTuple, Self

from kombu import Connection, Consumer, Exchange, Queue

from chassis.database.outbox import waves
from tests.faults.rig import LOOK_SECONDS, Rig
from tests.support.waiting import eventually

PARTS = 30
SOON = {"DRILL_DEFER_SECONDS": "1"}


class Row(NamedTuple):
    position: int
    aggregate: str


class NarrowQueue:
    """A listener whose queue holds three messages and refuses the next; from `open` on it takes what comes."""

    def __init__(self, uri: str) -> None:
        self.came: list[int] = []
        self._connection = Connection(uri)
        arguments = {"x-max-length": 3, "x-overflow": "reject-publish"}
        exchange = Exchange("maker.events", type="topic", durable=True)
        queue = Queue("narrow", exchange, routing_key="part.made", exclusive=True, queue_arguments=arguments)
        self._channel = self._connection.channel()
        self._queue = queue(self._channel)
        self._queue.declare()
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._listen)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._is_over.set()
        if self._thread.is_alive():
            self._thread.join()
        self._connection.close()

    def open(self) -> None:
        self._thread.start()

    def _listen(self) -> None:
        with Consumer(self._channel, [self._queue], callbacks=[self._take], prefetch_count=1):
            while not self._is_over.is_set():
                try:
                    self._connection.drain_events(timeout=0.2)
                except TimeoutError:
                    continue

    def _take(self, body: dict[str, Any], message: Any) -> None:
        """The version of the part, in the order of arrival."""
        self.came.append(body["data"]["object"]["version"])
        message.ack()


def test_an_event_that_is_refused_is_not_overtaken_by_a_later_one_of_its_aggregate(rig: Rig) -> None:
    everything = {*range(1, PARTS + 1)}
    with NarrowQueue(rig.amqp_uri) as narrow:
        rig.order(PARTS, aggregates=1)
        maker = rig.start("maker", **SOON)
        maker.wait_for("owed_event_has_no_queue")
        narrow.open()
        eventually(lambda: set(narrow.came) == everything, what="all came", pause_seconds=LOOK_SECONDS)
        eventually(lambda: rig.unsent() == 0, what="nothing is owed any more")
    firsts = list(dict.fromkeys(narrow.came))
    assert firsts == sorted(firsts)


def test_a_batch_goes_in_waves_of_different_aggregates() -> None:
    rows = [Row(position, name) for position, name in enumerate("aabcab")]
    assert [[row.aggregate for row in wave] for wave in waves(rows)] == [["a", "b", "c"], ["a", "b"], ["a"]]
    assert [row for wave in waves(rows) for row in wave if row.aggregate == "a"] == [
        rows[0],
        rows[1],
        rows[4],
    ]
    assert waves([]) == []

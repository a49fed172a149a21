"""A service of the fault tests that calls another many times at once, and counts how the calls ended."""

from __future__ import annotations

import dataclasses
import time
from collections import Counter

import structlog
from drill import Add, Asker, Burst, Keeper, Nobody, Outcomes

from chassis import context
from chassis.errors import BusError
from chassis.rpc import Client, Replies, serve
from wire.contract import Refusal

log = structlog.get_logger(__name__)


class AskerService:
    name = Asker.name
    keeper = Client(Keeper)
    nobody = Client(Nobody)

    @serve(Asker.burst)
    def burst(self, request: Burst) -> Outcomes:
        callee = self.nobody if request.is_to_nobody else self.keeper
        outcomes: Counter[str] = Counter()
        took: list[float] = []

        def call(number: int) -> None:
            started = time.monotonic()
            try:
                callee.add(Add(name=f"call {number}"))
                outcome = "answered"
            except (BusError, Refusal) as error:
                outcome = error.code
            took.append(time.monotonic() - started)
            outcomes[outcome] += 1

        for thread in [context.spawn(call, number) for number in range(request.calls)]:
            thread.wait()
        transport = callee.transport
        assert isinstance(transport, Replies)
        told = Outcomes(
            counts=dict(outcomes),
            quickest_ms=round(min(took) * 1000),
            slowest_ms=round(max(took) * 1000),
            waiting_after=len(transport.waiting),
        )
        log.info("burst_ended", **dataclasses.asdict(told))
        return told

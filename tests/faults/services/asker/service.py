"""What does the asker do? It calls many times at once, as a busy service does, and counts how the calls ended."""

from __future__ import annotations

import time
from collections import Counter

import eventlet
from drill import Add, Asker, Burst, Keeper, Nobody, Outcomes

from chassis import context
from chassis.errors import BusError
from chassis.rpc import Client, Replies, serve


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
            except BusError as error:
                outcome = error.code
            took.append(time.monotonic() - started)
            outcomes[outcome] += 1

        for thread in [context.spawn(call, number) for number in range(request.calls)]:
            thread.wait()
        transport = callee.transport
        waiting = len(transport.waiting) if isinstance(transport, Replies) else -1
        # `burst` itself is no call of ours: only what we asked counts.
        eventlet.sleep(0)
        return Outcomes(
            counts=dict(outcomes),
            quickest_ms=round(min(took) * 1000),
            slowest_ms=round(max(took) * 1000),
            waiting_after=waiting,
        )

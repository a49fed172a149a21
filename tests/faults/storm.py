"""A storm: services are killed one after the other, and now and then the broker or the database (chaos testing)."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from tests.faults.rig import Rig, Service
from tests.support.postgres import Databases
from tests.support.rabbitmq import PrivateBroker

REPLICAS = ("maker", "maker", "keeper", "keeper")
PAUSE_SECONDS = (0.3, 1.0)


class Storm:
    """Kills the services of a rig, and starts each again at once."""

    def __init__(
        self,
        rig: Rig,
        node: PrivateBroker,
        postgres: Databases,
        while_broker_is_down: Callable[[], None],
        **environment: str,
    ) -> None:
        self._rig = rig
        self._while_broker_is_down = while_broker_is_down
        self._node = node
        self._postgres = postgres
        self._environment = environment
        self._random = random.Random(20260101)
        self.kills = self.broker_kills = self.database_restarts = 0
        self._services: list[Service] = [self._start(name) for name in REPLICAS]
        for service in self._services:
            service.wait_for("link_up", count=3)

    def run(self, *, kills: int, broker_kills: int, database_restarts: int) -> None:
        """At least so many kills, with the others spread evenly among them."""
        strikes = spread(
            kills, [(self.kill_broker, broker_kills), (self.restart_database, database_restarts)]
        )
        with ThreadPoolExecutor(1) as beside:
            while self.kills < kills or strikes:
                self.kill_one()
                for _ in range(len([at for at in strikes if at <= self.kills])):
                    strike = beside.submit(strikes.pop(min(strikes)))
                    while not strike.done():
                        self.kill_one()
                    strike.result()

    def kill_one(self) -> None:
        time.sleep(self._random.uniform(*PAUSE_SECONDS))
        place = self._random.randrange(len(self._services))
        self._services[place].kill()
        self._services[place] = self._start(REPLICAS[place])
        self.kills += 1

    def kill_broker(self) -> None:
        self._node.kill9()
        self._while_broker_is_down()
        self._node.start()
        self.broker_kills += 1

    def restart_database(self) -> None:
        self._postgres.server.restart(immediate=True)
        self.database_restarts += 1

    def absorbed(self) -> int:
        """How many events came again and were known."""
        return sum(len(service.entries("event_absorbed")) for service in self._rig.started)

    def __str__(self) -> str:
        harm = (
            f"{self.kills} kills, {self.broker_kills} of the broker, {self.database_restarts} of the database"
        )
        return f"{harm}: {self.absorbed()} repeats absorbed"

    def _start(self, name: str) -> Service:
        return self._rig.start(name, is_awaited=False, **self._environment)


def spread(kills: int, strikes: list[tuple[Callable[[], None], int]]) -> dict[float, Callable[[], None]]:
    """After how many kills each strike is due."""
    return {
        kills * (number + (which + 1) / (len(strikes) + 1)) / count: strike
        for which, (strike, count) in enumerate(strikes)
        for number in range(count)
    }

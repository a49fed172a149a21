"""The nameko extension by which a service's entrypoints and dependencies share its broker connections."""

from __future__ import annotations

from chassis import settings
from chassis.bus.connection import BusConnection
from chassis.extensions import Shared
from chassis.settings import ChassisSettings


class Bus(Shared):
    """Two connections: the broker stops reading from one that publishes when it runs short of memory or disk, and
    acknowledgements must not wait behind that."""

    def prepare(self) -> None:
        self.settings: ChassisSettings = settings.read(ChassisSettings)
        self.consuming = self.connection("consuming")
        self.publishing = self.connection("publishing")

    def connection(self, purpose: str) -> BusConnection:
        return BusConnection(
            self.settings.amqp_uri,
            service=self.container.service_name,
            purpose=purpose,
            heartbeat_seconds=self.settings.heartbeat_seconds,
        )

    def start(self) -> None:
        self.publishing.start()
        self.consuming.start()

    def stop(self) -> None:
        self.consuming.stop()
        self.publishing.stop()

    def kill(self) -> None:
        self.stop()

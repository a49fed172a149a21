"""Where does a message go that cannot be worked on? Into the `parked` table, as it came, with the reason."""

from __future__ import annotations

import uuid
from typing import Any

import eventlet
import structlog
from sqlalchemy import Engine, exc, insert

from chassis import databases, metrics, tables
from chassis.bus.link import Delivery
from chassis.extensions import Shared
from chassis.settings import SettingsError

log = structlog.get_logger(__name__)

RETRY_SECONDS = 1.0


def jsonable(value: Any) -> Any:
    """Headers as JSON can hold them; what it cannot is shown as text."""
    if isinstance(value, dict):
        return {str(key).replace("\x00", ""): jsonable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [jsonable(item) for item in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return str(value).replace("\x00", "").encode("utf-8", "replace").decode()


class Parking(Shared):
    """Parks messages in the service's own database, waiting for as long as that is down."""

    def park(self, handler: str, delivery: Delivery, reason: str) -> None:
        """Store the message, then acknowledge it; both in a greenlet of their own."""
        metrics.parked.labels(self.container.service_name, handler).inc()
        log.error("message_parked", handler=handler, reason=reason, size=len(delivery.body))
        eventlet.spawn_n(self._store, handler, delivery, reason)

    def _store(self, handler: str, delivery: Delivery, reason: str) -> None:
        row = {
            "id": uuid.uuid4(),
            "handler": handler,
            "reason": reason.replace("\x00", "")[:2000],
            "exchange": delivery.exchange,
            "routing_key": delivery.routing_key,
            "content_type": delivery.content_type,
            "headers": jsonable(delivery.headers),
            "body": delivery.body,
        }
        while not delivery.is_stale:
            try:
                with self._engine().begin() as connection:
                    connection.execute(insert(tables.parked), row)
            except exc.SQLAlchemyError as error:
                log.warning("parking_waits", error=repr(error))
                eventlet.sleep(RETRY_SECONDS)
            except SettingsError:
                log.error("parking_has_no_database", handler=handler, reason=reason)
                return delivery.ack()
            else:
                return delivery.ack()
        return None

    def _engine(self) -> Engine:
        return databases.engine_for(self.container.service_name)

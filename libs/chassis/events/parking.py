"""Parked messages: what cannot be handled is stored as it came, with the reason, until an operator decides."""

from __future__ import annotations

import math
import uuid
from typing import Any

import eventlet
import structlog
from sqlalchemy import Engine, exc, insert

from chassis.bus.delivery import Delivery
from chassis.bus.frames import UNREADABLE
from chassis.database import engines, tables
from chassis.extensions import Shared
from chassis.process import metrics
from chassis.settings import SettingsError

log = structlog.get_logger(__name__)

RETRY_SECONDS = 1.0
REASON_CHARACTERS = 2000
LEVELS = 20


def storable(value: object) -> str:
    """The value as a string that PostgreSQL can store: no NUL, no lone surrogates."""
    return str(value).replace("\x00", "").encode("utf-8", "replace").decode()


def jsonable(value: Any, *, levels: int = LEVELS) -> Any:
    """A header's value as JSON can hold it; what it cannot becomes a string."""
    if levels == 0:
        return "…"
    if isinstance(value, dict):
        return {storable(key): jsonable(item, levels=levels - 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [jsonable(item, levels=levels - 1) for item in value]
    if value is None or isinstance(value, bool | int) or (isinstance(value, float) and math.isfinite(value)):
        return value
    return storable(value)


def readable_headers(delivery: Delivery) -> dict[str, Any]:
    """The headers to store; where the properties could not be read, their bytes in hexadecimal."""
    unreadable = delivery.properties.get(UNREADABLE)
    headers: dict[str, Any] = {UNREADABLE: unreadable[1].hex()} if unreadable else jsonable(delivery.headers)
    return headers


class Parking(Shared):
    """Stores messages in the service's own database, retrying while that is down."""

    def park(self, handler: str, delivery: Delivery, reason: str) -> None:
        """Store the message, then acknowledge it; both in a greenlet of their own."""
        metrics.parked.labels(self.container.service_name, handler).inc()
        log.error("message_parked", handler=handler, reason=reason, size=len(delivery.body))
        eventlet.spawn_n(self._store, handler, delivery, reason)

    def _store(self, handler: str, delivery: Delivery, reason: str) -> None:
        row = {
            "id": uuid.uuid4(),
            "handler": storable(handler),
            "reason": storable(reason)[:REASON_CHARACTERS],
            "exchange": storable(delivery.exchange),
            "routing_key": storable(delivery.routing_key),
            "content_type": None if delivery.content_type is None else storable(delivery.content_type),
            "headers": readable_headers(delivery),
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
        return engines.engine_for(self.container.service_name)

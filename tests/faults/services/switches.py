"""Switches for the protections that the fault tests prove: without one, `DRILL_WITHOUT=outbox` for instance, they fail.

The switches live here and not in the chassis, where no variable takes a promise back. What the chassis does obey is
`FRONTDESK_CRASH_AT`: it ends the process, and that a kill is harmless is one of the promises.
"""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Sequence
from contextvars import ContextVar
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis import context
from chassis.bus import confirms, envelope, validation
from chassis.bus.delivery import Delivery
from chassis.context import Context
from chassis.database import outbox
from chassis.database.idempotency import ReplyCipher
from chassis.database.outbox import Announcement
from chassis.errors import ServiceUnavailable
from chassis.events import Received
from chassis.events.inbox import Claim
from chassis.events.listeners import Listen
from chassis.rpc.server import RpcServer
from wire.contract import Event

WITHOUT = os.environ.get("DRILL_WITHOUT", "")

NUMBER = text("""
    INSERT INTO aggregate_sequences (aggregate, last) VALUES (:aggregate, 1)
    ON CONFLICT (aggregate) DO UPDATE SET last = aggregate_sequences.last + 1 RETURNING last
""")

_unsent: ContextVar[tuple[Message, ...]] = ContextVar("drill_unsent", default=())

Message = tuple[Announcement, int]


def switch_off_outbox() -> None:
    """Announcements are numbered as ever, and not stored: `publish_after_commit` sends them, or does not."""

    def remember(session: Session, announcements: Sequence[Announcement]) -> None:
        numbered = [(owed, session.scalar(NUMBER, {"aggregate": owed.aggregate})) for owed in announcements]
        _unsent.set(tuple((owed, int(sequence or 0)) for owed, sequence in numbered))

    outbox.store = remember


def publish_after_commit(bus: Any) -> None:
    """What a service without an outbox does after its commit."""
    unsent = _unsent.get()
    _unsent.set(())
    for owed, sequence in unsent:
        body = json.loads(owed.body) | {"sequence": sequence}
        try:
            bus.publishing.publish(
                json.dumps(body).encode(),
                exchange=owed.exchange,
                routing_key=owed.routing_key,
                headers={},
                properties={"delivery_mode": 2, "message_id": str(owed.event_id)},
            )
        except ServiceUnavailable:
            return


def switch_off_inbox() -> None:
    """Events are applied as they come, as often as they come."""

    def begin(claim: Claim, _session: Session, _cipher: ReplyCipher) -> None:
        claim.is_used = True

    Claim.begin = begin  # type: ignore[method-assign]


def switch_off_validation() -> None:
    """Messages are read as nameko reads them, without a look; what comes of it is the connection's trouble."""

    def read_call(delivery: Delivery) -> tuple[Context, dict[str, Any]]:
        body = json.loads(delivery.body)
        return context.from_headers(delivery.headers), body["kwargs"]

    def read_event(delivery: Delivery, event: Event[Any]) -> Received[Any]:
        return envelope.read(event, delivery.body)

    def raise_on(_self: object, _delivery: Delivery, error: Exception) -> None:
        raise error

    validation.read_call, validation.read_event = read_call, read_event
    RpcServer._set_aside = Listen._set_aside = raise_on  # type: ignore[assignment,method-assign]


def switch_off_deadline() -> None:
    """A call is worked on however late it is."""
    start = RpcServer._start

    def start_late(
        self: RpcServer, serve: Any, delivery: Delivery, address: Any, call_context: Context, arguments: Any
    ) -> None:
        start(self, serve, delivery, address, dataclasses.replace(call_context, deadline=None), arguments)

    RpcServer._start = start_late  # type: ignore[method-assign]


SWITCHES = {
    "outbox": switch_off_outbox,
    "inbox": switch_off_inbox,
    "validation": switch_off_validation,
    "deadline": switch_off_deadline,
}
if WITHOUT:
    SWITCHES[WITHOUT]()

# Impatience, so that late confirmations come by the hundred, and what has no queue yet is sent again soon.
if seconds := os.environ.get("DRILL_CONFIRM_SECONDS"):
    confirms.CONFIRM_SECONDS = float(seconds)
if seconds := os.environ.get("DRILL_DEFER_SECONDS"):
    outbox.DEFER_SECONDS = int(seconds)
if size := os.environ.get("DRILL_BATCH"):
    outbox.BATCH = int(size)

"""Which protection is switched off? `DRILL_WITHOUT=outbox` or `inbox` proves that the tests would see its lack.

The switches live here and not in the chassis: production code cannot be talked out of its promises.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from contextvars import ContextVar
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis import outbox
from chassis.bus import confirms
from chassis.errors import ServiceUnavailable
from chassis.inbox import Claim
from chassis.outbox import Announcement

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

    def begin(claim: Claim, session: Session) -> None:
        claim.is_used = True

    Claim.begin = begin  # type: ignore[method-assign]


if WITHOUT == "outbox":
    switch_off_outbox()
if WITHOUT == "inbox":
    switch_off_inbox()

# Impatience, so that late confirmations come by the hundred: ten seconds each would take all day.
if seconds := os.environ.get("DRILL_CONFIRM_SECONDS"):
    confirms.CONFIRM_SECONDS = float(seconds)
if size := os.environ.get("DRILL_BATCH"):
    outbox.BATCH = int(size)

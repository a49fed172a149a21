"""Retention of outbox, inbox and idempotency rows: deleted in batches, by one replica at a time."""

from __future__ import annotations

import time

import structlog
from sqlalchemy import Engine, text

log = structlog.get_logger(__name__)

EVERY_SECONDS = 600.0
CLEANING_LOCK = 7_203_503
BATCH = 5000

# Days each kind of row is kept. Replays of parked messages come late: the inbox must remember longer.
RULES = {
    "inbox": "DELETE FROM inbox WHERE ctid IN (SELECT ctid FROM inbox WHERE state = 'done'"
    " AND done_at < now() - interval '30 days' LIMIT :batch)",
    "outbox": "DELETE FROM outbox WHERE ctid IN (SELECT ctid FROM outbox WHERE sent_at IS NOT NULL"
    " AND sent_at < now() - interval '90 days' LIMIT :batch)",
    "idempotency": "DELETE FROM idempotency WHERE ctid IN (SELECT ctid FROM idempotency"
    " WHERE created_at < now() - interval '2 days' LIMIT :batch)",
}


class Cleaner:
    """Deletes expired rows every ten minutes; `when_due` is cheap to call often."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._next = time.monotonic() + EVERY_SECONDS

    def when_due(self) -> None:
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + EVERY_SECONDS
            self.clean()

    def clean(self) -> None:
        with self._engine.begin() as connection:
            if not connection.scalar(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": CLEANING_LOCK}):
                return
            for table, rule in RULES.items():
                deleted = connection.execute(text(rule), {"batch": BATCH}).rowcount
                if deleted:
                    log.info("rows_cleaned", table=table, count=deleted)

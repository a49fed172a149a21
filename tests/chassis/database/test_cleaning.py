"""Retention: old rows are deleted, rows that are still needed are not."""

from __future__ import annotations

from sqlalchemy import Engine, text

from chassis.database import engines
from chassis.database.cleaning import CLEANING_LOCK, Cleaner

FILL = (
    """INSERT INTO inbox (handler, event_id, aggregate, sequence, state, done_at)
       SELECT 'h' || days, gen_random_uuid(), 'a', 1, state, now() - make_interval(days => days)
       FROM unnest(ARRAY[1, 31]) days, unnest(ARRAY['done', 'parked']) state""",
    """INSERT INTO outbox (event_id, aggregate, sequence, exchange, routing_key, is_owed, body, sent_at)
       SELECT gen_random_uuid(), 'a', days, 'e', 'r', true, '{}',
              CASE WHEN days < 999 THEN now() - make_interval(days => days) END
       FROM unnest(ARRAY[1, 91, 999]) days""",
    """INSERT INTO idempotency (scope, key, fingerprint, reply, created_at)
       SELECT 's', days::text, 'f', '{}', now() - make_interval(days => days) FROM unnest(ARRAY[1, 3]) days""",
)


def counts(engine: Engine) -> dict[str, int]:
    with engine.begin() as connection:
        return {
            table: connection.scalar(text(f"SELECT count(*) FROM {table}")) or 0
            for table in ("inbox", "outbox", "idempotency")
        }


def test_only_what_is_done_and_old_is_deleted(engine: Engine) -> None:
    with engines.account_scope(None):
        with engine.begin() as connection:
            for statement in FILL:
                connection.execute(text(statement))
        Cleaner(engine).clean()
        assert counts(engine) == {"inbox": 3, "outbox": 2, "idempotency": 1}


def test_one_replica_at_a_time_deletes(engine: Engine) -> None:
    with engines.account_scope(None):
        with engine.begin() as connection:
            for statement in FILL:
                connection.execute(text(statement))
        with engine.begin() as other:
            other.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": CLEANING_LOCK})
            Cleaner(engine).clean()
            assert counts(engine)["inbox"] == 4

"""A service's own database: engines, units of work, outbox, idempotency keys, migrations."""

"""The tables of the chassis in every service's database: outbox, inbox, parked, idempotency."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData()

# The next number of each aggregate. Its row lock, held until the commit, makes the order of numbers the order of
# commits.
sequences = Table(
    "aggregate_sequences",
    metadata,
    Column("aggregate", Text, nullable=False),
    Column("last", BigInteger, nullable=False),
    PrimaryKeyConstraint("aggregate", name="pk_aggregate_sequences"),
)

# Events committed with the change that announces them. `body` is the envelope without its sequence.
outbox = Table(
    "outbox",
    metadata,
    Column("position", BigInteger, Identity(always=True), nullable=False),
    Column("event_id", Uuid, nullable=False),
    Column("account_id", Uuid),
    Column("aggregate", Text, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("exchange", Text, nullable=False),
    Column("routing_key", Text, nullable=False),
    Column("is_owed", Boolean, nullable=False),
    Column("body", Text, nullable=False),
    Column("announced_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("sent_at", DateTime(timezone=True)),
    Column("deferred_until", DateTime(timezone=True)),
    PrimaryKeyConstraint("position", name="pk_outbox"),
    UniqueConstraint("event_id", name="uq_outbox_event_id"),
    UniqueConstraint("aggregate", "sequence", name="uq_outbox_aggregate_sequence"),
)
Index("ix_outbox_unsent", outbox.c.position, postgresql_where=outbox.c.sent_at.is_(None))
Index(
    "ix_outbox_deferred",
    outbox.c.aggregate,
    outbox.c.position,
    postgresql_where=text("sent_at IS NULL AND deferred_until IS NOT NULL"),
)
Index("ix_outbox_sent_at", outbox.c.sent_at, postgresql_where=outbox.c.sent_at.is_not(None))
Index("ix_outbox_account", outbox.c.account_id, outbox.c.position)

# What each handler has done with each event: the row is in the transaction of the effect.
inbox = Table(
    "inbox",
    metadata,
    Column("handler", Text, nullable=False),
    Column("event_id", Uuid, nullable=False),
    Column("aggregate", Text, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_attempt_at", DateTime(timezone=True)),
    Column("reason", Text),
    Column("body", LargeBinary),
    Column("received_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("done_at", DateTime(timezone=True)),
    PrimaryKeyConstraint("handler", "event_id", name="pk_inbox"),
)
Index(
    "ix_inbox_waiting",
    inbox.c.handler,
    inbox.c.aggregate,
    inbox.c.sequence,
    postgresql_where=inbox.c.state == "waiting",
)
Index("ix_inbox_due", inbox.c.next_attempt_at, postgresql_where=inbox.c.state == "waiting")
Index("ix_inbox_done_at", inbox.c.done_at, postgresql_where=inbox.c.state == "done")

# Messages set aside, as they came, until somebody replays or drops them.
parked = Table(
    "parked",
    metadata,
    Column("id", Uuid, nullable=False),
    Column("handler", Text, nullable=False),
    Column("event_id", Uuid),
    Column("reason", Text, nullable=False),
    Column("exchange", Text, nullable=False),
    Column("routing_key", Text, nullable=False),
    Column("content_type", Text),
    Column("headers", JSONB, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("state", Text, nullable=False, server_default="parked"),
    Column("parked_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("settled_at", DateTime(timezone=True)),
    PrimaryKeyConstraint("id", name="pk_parked"),
)
Index("ix_parked_open", parked.c.parked_at, parked.c.id, postgresql_where=parked.c.state == "parked")
Index("ix_parked_replaying", parked.c.parked_at, postgresql_where=parked.c.state == "replaying")

# The answers given under an idempotency key, stored with the effect.
idempotency = Table(
    "idempotency",
    metadata,
    Column("scope", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("reply", JSONB, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    PrimaryKeyConstraint("scope", "key", name="pk_idempotency"),
)
Index("ix_idempotency_created_at", idempotency.c.created_at)

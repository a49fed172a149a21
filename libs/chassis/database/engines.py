"""SQLAlchemy engines, the account scope of transactions, and the classification of database errors."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import psycopg
import sqlalchemy as sa
from sqlalchemy import event, exc
from sqlalchemy.engine import Engine

from chassis import settings

# Milliseconds: a statement, a wait for a lock, a transaction that forgot itself. The relay holds its transaction
# while it waits ten seconds for confirmations, so the last one is longer.
LIMITS = {"statement_timeout": 5000, "lock_timeout": 2000, "idle_in_transaction_session_timeout": 30000}
OUTAGE_STATES = ("08", "57P01", "57P02", "57P03", "53", "58", "XX")
CONFLICT_STATES = ("40001", "40P01", "55P03")

_engines: dict[str, Engine] = {}
_lock = threading.Lock()


def engine_for(service: str, *, pool_size: int = 16) -> Engine:
    """The one engine of a service in this process."""
    with _lock:
        if service not in _engines:
            _engines[service] = make_engine(settings.database_url(service), pool_size=pool_size, name=service)
        return _engines[service]


def make_engine(url: str, *, pool_size: int = 16, name: str = "frontdesk") -> Engine:
    """An engine with limits on every wait. Connections are opened when first used and kept."""
    options = " ".join(f"-c {limit}={value}" for limit, value in LIMITS.items())
    engine = sa.create_engine(
        url,
        isolation_level="AUTOCOMMIT",
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=5,
        pool_recycle=1800,
        pool_use_lifo=True,
        connect_args={
            "options": options,
            "connect_timeout": 5,
            "application_name": f"frontdesk-{name}",
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "prepare_threshold": 3,
        },
    )
    event.listen(engine, "begin", _begin)
    return engine


# The scope of a transaction that works for all tenants; any other scope is one account's id.
ALL = "all"

# The cursor of a pooled connection that begins its transactions; making one costs as much as using it.
BEGINNER = "frontdesk.beginner"

_scope: ContextVar[str] = ContextVar("frontdesk_scope", default="")


def _begin(connection: sa.Connection) -> None:
    """Begin the transaction and name its account in one round trip.

    psycopg would begin it in a round trip of its own, before the first statement. The connection is in autocommit
    for it, which to PostgreSQL is no difference.
    """
    pooled: Any = connection.connection
    try:
        cursor = pooled.info.get(BEGINNER)
        if cursor is None:
            cursor = pooled.info[BEGINNER] = pooled.driver_connection.cursor()
        cursor.execute(f"BEGIN;{_scope.get()}", prepare=False)
    except psycopg.Error as error:
        if pooled.driver_connection.closed:
            # The database went away, and every connection that was open then with it.
            connection.invalidate(error)
            connection.engine.dispose()
        raise exc.OperationalError("BEGIN", {}, error) from error


@contextmanager
def account_scope(
    account_id: uuid.UUID | None, *, is_all_tenants: bool = False, opening: str = ""
) -> Iterator[None]:
    """Transactions begun in the block see one account's rows, or, named aloud, everybody's: row level security
    reads what is set here. `opening` is SQL, of our own making, that runs first in them."""
    scope = ALL if is_all_tenants else account_id or ""
    token = _scope.set(f"SET LOCAL frontdesk.scope = '{scope}';{opening}")
    try:
        yield
    finally:
        _scope.reset(token)


def _sqlstate(error: BaseException) -> str | None:
    original: Any = getattr(error, "orig", None) or error
    return getattr(original, "sqlstate", None)


def is_outage(error: BaseException) -> bool:
    """Whether the database could not be reached or was going down: the work is not to blame, wait and repeat."""
    if isinstance(error, exc.TimeoutError):
        return True
    if not isinstance(error, exc.DBAPIError | psycopg.Error):
        return False
    state = _sqlstate(error)
    if state is not None:
        return state.startswith(OUTAGE_STATES)
    original = getattr(error, "orig", None) or error
    return isinstance(original, psycopg.OperationalError | psycopg.InterfaceError)


def is_conflict(error: BaseException) -> bool:
    """Whether two transactions were in each other's way: repeat at once, a few times."""
    state = _sqlstate(error) if isinstance(error, exc.DBAPIError | psycopg.Error) else None
    return state in CONFLICT_STATES

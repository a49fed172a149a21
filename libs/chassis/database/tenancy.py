"""Widening of one tenant's transaction to all tenants, for the length of a look-up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.database.engines import ALL

SCOPE = text("SELECT current_setting('frontdesk.scope', true)")
SET_SCOPE = text("SELECT set_config('frontdesk.scope', :scope, true)")


@contextmanager
def all_tenants(session: Session) -> Iterator[None]:
    """Show everybody's rows to the few statements of the block, in the same transaction and under its locks; what is
    pending before it is written as its own tenant. When the block raises, the transaction must not go on."""
    session.flush()
    scope = session.scalar(SCOPE)
    session.execute(SET_SCOPE, {"scope": ALL})
    yield
    session.execute(SET_SCOPE, {"scope": scope})

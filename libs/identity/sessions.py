"""Sessions: opened with a token that is given out once, and ended for good.

Whose they are, what their token opens and why they end is the service's own; the reasons are its `StrEnum`.
"""

from __future__ import annotations

import dataclasses
import datetime
import uuid
from collections.abc import Callable
from enum import StrEnum
from typing import Generic, TypeVar

from sqlalchemy import BindParameter, ColumnElement, FromClause, and_, false, inspect, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from identity import tokens
from identity.tables import IP_ADDRESS_LENGTH, USER_AGENT_LENGTH, SessionColumns

# Being used is noted at most once a minute: a read should not cost a write.
USE_NOTED_EVERY = datetime.timedelta(minutes=1)
# Who logs in once more ends the oldest session.
LIVING_MAX = 50

Row = TypeVar("Row", bound=SessionColumns)
Reason = TypeVar("Reason", bound=StrEnum)
When = datetime.datetime | BindParameter[datetime.datetime]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Ended(Generic[Reason]):
    """A session that was alive until now."""

    id: uuid.UUID
    holder_id: uuid.UUID
    account_id: uuid.UUID
    reason: Reason


class Sessions(Generic[Row]):
    """The sessions of a service: `holder` is the column of their table that says whose a session is. Those that meet
    `stays` live until they expire, whether they are used or not."""

    def __init__(
        self,
        row: type[Row],
        *,
        holder: InstrumentedAttribute[uuid.UUID],
        stays: ColumnElement[bool] | None = None,
    ) -> None:
        self._row = row
        self._holder = holder.key
        self._stays = false() if stays is None else stays
        # Conditions are on the table, and not on the mapped class: a session is looked up without the ORM.
        self.table: FromClause = inspect(row).local_table

    def open(
        self,
        session: Session,
        *,
        holder_id: uuid.UUID,
        account_id: uuid.UUID,
        user_agent: str,
        ip_address: str,
        now: datetime.datetime,
        life: datetime.timedelta,
        **own: object,
    ) -> tuple[Row, str]:
        """A new session and its token, which is nowhere else; `own` are the service's own columns."""
        token = tokens.new_token()
        new: Callable[..., Row] = self._row
        row = new(
            **{self._holder: holder_id},
            id=uuid.uuid4(),
            account_id=account_id,
            token_digest=tokens.digest(token),
            created_at=now,
            last_used_at=now,
            expires_at=now + life,
            user_agent=user_agent[:USER_AGENT_LENGTH],
            ip_address=ip_address[:IP_ADDRESS_LENGTH],
            **own,
        )
        session.add(row)
        return row, token

    def is_living(self, *, now: When, idle_since: When) -> ColumnElement[bool]:
        """The condition on `table` for a session that neither ended nor expired nor idled."""
        columns = self.table.c
        return and_(
            columns.ended_at.is_(None),
            columns.expires_at > now,
            or_(self._stays, columns.last_used_at > idle_since),
        )

    def note_use(
        self,
        session: Session,
        session_id: uuid.UUID,
        *,
        last_used_at: datetime.datetime,
        now: datetime.datetime,
    ) -> None:
        """A session was used: written down where that was not done within the last minute."""
        if now - last_used_at > USE_NOTED_EVERY:
            used = update(self._row).where(self.table.c.id == session_id).values(last_used_at=now)
            session.connection().execute(used)

    def end(
        self, session: Session, *which: ColumnElement[bool], now: datetime.datetime, reason: Reason
    ) -> list[Ended[Reason]]:
        """End the living sessions that meet all of the conditions on `table`; returns what it ended, to be
        announced."""
        columns = self.table.c
        rows = session.execute(
            update(self._row)
            .where(columns.ended_at.is_(None), columns.expires_at > now, *which)
            .values(ended_at=now)
            .returning(self._row.id, columns[self._holder], self._row.account_id)
        )
        return [
            Ended(id=session_id, holder_id=holder_id, account_id=account_id, reason=reason)
            for session_id, holder_id, account_id in rows
        ]

    def make_room(
        self,
        session: Session,
        holder_id: uuid.UUID,
        *,
        now: datetime.datetime,
        idle: datetime.timedelta,
        reason: Reason,
    ) -> list[Ended[Reason]]:
        """End the oldest of a person's sessions, so that with one more there are not too many."""
        columns = self.table.c
        living = (columns[self._holder] == holder_id, self.is_living(now=now, idle_since=now - idle))
        kept = (
            select(columns.id)
            .where(*living)
            .order_by(columns.created_at.desc(), columns.id)
            .limit(LIVING_MAX - 1)
        )
        return self.end(session, *living, columns.id.not_in(kept), now=now, reason=reason)

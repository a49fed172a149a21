"""Requests for tokens by email, noted for everybody alike and looked into once they have their answer."""

from __future__ import annotations

import datetime
import uuid
from enum import StrEnum
from typing import Generic, TypeVar

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from identity.tables import EmailTokenRequestColumns

Row = TypeVar("Row", bound=EmailTokenRequestColumns)


class EmailTokenRequests(Generic[Row]):
    """The requests that a service has noted."""

    def __init__(self, row: type[Row]) -> None:
        self._row = row

    def note(
        self,
        session: Session,
        purpose: StrEnum,
        email_key: str,
        *,
        ip_address: str,
        user_agent: str,
        now: datetime.datetime,
        correlation_id: str,
        **own: object,
    ) -> None:
        """Note that a token for this purpose is wanted at this address, which may be anybody's or nobody's; `own` are
        the service's own columns."""
        session.execute(
            insert(self._row).values(
                id=uuid.uuid4(),
                purpose=purpose.value,
                email_key=email_key,
                requested_at=now,
                correlation_id=correlation_id,
                ip_address=ip_address,
                user_agent=user_agent,
                **own,
            )
        )

    def take(self, session: Session) -> Row | None:
        """The oldest request that nobody else is busy with; it is gone when the transaction ends well."""
        oldest = (
            select(self._row.id)
            .order_by(self._row.requested_at)
            .limit(1)
            .with_for_update(skip_locked=True)
            .scalar_subquery()
        )
        return session.scalar(
            delete(self._row)
            .where(self._row.id == oldest)
            .returning(self._row)
            .execution_options(synchronize_session=False)
        )

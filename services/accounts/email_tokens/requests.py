"""Requests for tokens by email, noted for everybody alike and looked into once they have their answer."""

from __future__ import annotations

import datetime
import uuid

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from accounts.audit_log.actors import Actor
from accounts.email_tokens.email_tokens import Purpose
from accounts.email_tokens.models import EmailTokenRequestRow


def note(
    session: Session,
    purpose: Purpose,
    email_key: str,
    *,
    by: Actor,
    now: datetime.datetime,
    correlation_id: str,
) -> None:
    """Note that a token for this purpose is wanted at this address, which may be anybody's or nobody's."""
    session.execute(
        insert(EmailTokenRequestRow).values(
            id=uuid.uuid4(),
            purpose=purpose.value,
            email_key=email_key,
            requested_at=now,
            correlation_id=correlation_id,
            ip_address=by.ip_address,
            user_agent=by.user_agent,
        )
    )


def take(session: Session) -> EmailTokenRequestRow | None:
    """The oldest request that nobody else is busy with; it is gone when the transaction ends well."""
    oldest = (
        select(EmailTokenRequestRow.id)
        .order_by(EmailTokenRequestRow.requested_at)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    return session.scalar(
        delete(EmailTokenRequestRow)
        .where(EmailTokenRequestRow.id == oldest)
        .returning(EmailTokenRequestRow)
        .execution_options(synchronize_session=False)
    )

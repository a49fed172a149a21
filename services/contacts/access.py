"""What lets a contact in: the links that were mailed, ended when they must not work any more."""

from __future__ import annotations

import uuid

from sqlalchemy import update
from sqlalchemy.orm import Session

from contacts.activation.models import EmailTokenRow
from wire.values import TokenState


def end_links(session: Session, contact_id: uuid.UUID, *, email_key: str | None = None) -> None:
    """End the links that the contact still has; those alone that went to one address, where it is named."""
    query = update(EmailTokenRow).where(
        EmailTokenRow.contact_id == contact_id, EmailTokenRow.state == TokenState.ISSUED.value
    )
    if email_key is not None:
        query = query.where(EmailTokenRow.email_key == email_key)
    session.execute(query.values(state=TokenState.REVOKED.value))

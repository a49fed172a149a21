"""Contact rows as messages of the contract."""

from __future__ import annotations

from contacts.people.models import ContactRow
from wire.contacts import Contact, ContactState


def as_contact(row: ContactRow) -> Contact:
    return Contact(
        id=row.id,
        account_id=row.account_id,
        name=row.name,
        email=row.email,
        phone=row.phone,
        locale=row.locale,
        state=ContactState(row.state),
        created_at=row.created_at,
        updated_at=row.updated_at,
    )

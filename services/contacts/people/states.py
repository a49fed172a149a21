"""States of a contact, made of what has been done to it."""

from __future__ import annotations

from contacts.people.models import ContactRow
from wire.contacts.people import ContactState


def of(row: ContactRow) -> ContactState:
    """Deleted goes before blocked, and that before verified or not."""
    if row.deleted_at is not None:
        return ContactState.DELETED
    if row.blocked_at is not None:
        return ContactState.BLOCKED
    return ContactState.UNVERIFIED if row.verified_at is None else ContactState.VERIFIED


def settle(row: ContactRow) -> None:
    """Write the state down after any change of what it is made of."""
    row.state = of(row).value

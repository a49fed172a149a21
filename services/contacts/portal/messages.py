"""Rows as messages of the portal: what a contact sees of itself."""

from __future__ import annotations

from contacts.people import messages
from contacts.people.models import ContactRow
from wire.contacts.portal import PortalContact


def as_portal_contact(row: ContactRow) -> PortalContact:
    """Of a row with its addresses loaded."""
    return PortalContact(
        id=row.id,
        name=row.name,
        emails=tuple(messages.as_email(email) for email in row.emails),
        email=row.email,
        phone=row.phone,
        mobile=row.mobile,
        language=row.language,
        time_zone=row.time_zone,
        version=row.version,
    )

"""Contact rows as messages of the contract."""

from __future__ import annotations

from contacts.people.models import ContactEmailRow, ContactRow
from wire.contacts.people import ActivationProgress, ActivationState, Contact, ContactEmail, ContactState


def as_contact(row: ContactRow) -> Contact:
    """Of a row with its addresses loaded."""
    return Contact(
        id=row.id,
        account_id=row.account_id,
        name=row.name,
        emails=tuple(as_email(email) for email in row.emails),
        email=row.email,
        phone=row.phone,
        mobile=row.mobile,
        state=ContactState(row.state),
        language=row.language,
        time_zone=row.time_zone,
        company_ids=tuple(row.company_ids),
        tags=tuple(row.tags),
        custom_fields=row.custom_fields,
        external_id=row.external_id,
        activation=progress(row),
        created_at=row.created_at,
        updated_at=row.updated_at,
        version=row.version,
    )


def as_email(row: ContactEmailRow) -> ContactEmail:
    return ContactEmail(
        id=row.id, email=row.email, is_primary=row.is_primary, is_confirmed=row.confirmed_at is not None
    )


def progress(row: ContactRow) -> ActivationProgress:
    """A verified contact is done, whatever has become of the mail."""
    state = ActivationState.VERIFIED if row.verified_at is not None else ActivationState(row.activation_state)
    return ActivationProgress(state=state, last_sent_at=row.activation_sent_at)

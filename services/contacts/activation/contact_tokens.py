"""Email tokens of contacts: what they are for, and what makes one unknown that is still good.

How a token is issued, looked at and used once stands in `identity.email_tokens`.
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy.orm import Session, joinedload, selectinload

from contacts.activation.models import EmailTokenRow
from contacts.people.models import ContactRow
from identity.email_tokens import EmailTokens
from wire.contract import Refusal
from wire.identity import CONTACT_TOKEN_PREFIX, EmailTokenUnknown


class Purpose(StrEnum):
    ACTIVATION = "activation"
    PASSWORD_RESET = "password_reset"  # noqa: S105  # a purpose, no password


TOKENS = EmailTokens(
    EmailTokenRow, holder=EmailTokenRow.contact_id, person=ContactRow.id, prefix=CONTACT_TOKEN_PREFIX
)


def find(
    session: Session, token_digest: str, purpose: Purpose, *, unknown: type[Refusal] = EmailTokenUnknown
) -> EmailTokenRow:
    """The token with its contact and the contact's addresses. Raises `unknown`, also for a token to an address that is
    no longer the contact's, and for one of a contact that is blocked or deleted."""
    whose = joinedload(EmailTokenRow.contact).options(selectinload(ContactRow.emails))
    row = TOKENS.find(session, token_digest, purpose, whose, unknown=unknown)
    contact = row.contact
    if contact.blocked_at is not None or contact.deleted_at is not None:
        raise unknown
    if row.email_key not in {email.email_key for email in contact.emails}:
        raise unknown
    return row

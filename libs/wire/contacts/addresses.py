"""Email addresses of a contact: one primary, others beside it."""

from __future__ import annotations

import uuid

from wire.contacts.people import Contact, ContactEmail
from wire.contract import Refusal, message
from wire.values import EmailAddress


@message
class AddContactEmail:
    """A secondary address. `is_confirmed` is said by an admin who knows that it is the contact's."""

    contact_id: uuid.UUID
    email: EmailAddress
    is_confirmed: bool = False


@message
class PromoteContactEmail:
    """The address becomes the primary one, and the primary one a secondary, at once."""

    contact_id: uuid.UUID
    email_id: uuid.UUID


@message
class RemoveContactEmail:
    """A secondary address goes; the links that went to it end."""

    contact_id: uuid.UUID
    email_id: uuid.UUID


@message
class ContactEmailAdded:
    contact: Contact
    email: ContactEmail


@message
class ContactEmailPromoted:
    contact: Contact
    email: ContactEmail


@message
class ContactEmailRemoved:
    contact: Contact
    email: ContactEmail


class ContactEmailNotFound(Refusal):
    code = "contact_email_not_found"


class PrimaryEmailRequired(Refusal):
    """The primary address cannot be removed: another one is promoted first."""

    code = "primary_email_required"


class ContactEmailLimitReached(Refusal):
    """A contact has ten addresses at most."""

    code = "contact_email_limit_reached"

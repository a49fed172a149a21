"""The portal of an account: how its contacts log in, and what they do with their own data."""

from __future__ import annotations

import datetime
import uuid

from wire.absent import ABSENT, Absent
from wire.contacts.people import Contact, ContactEmail
from wire.contacts.settings import TicketSubmission
from wire.contract import Refusal, message
from wire.values import Digest, EmailAddress, Locale, NameWithoutLink, Phone, Secret, Slug, TimeZone, Version


@message
class GetPortal:
    slug: Slug


@message
class Portal:
    """What everybody may know of a portal. `languages` are those that its pages speak."""

    account_id: uuid.UUID
    slug: str
    name: str
    default_language: str
    languages: tuple[str, ...]
    ticket_submission: TicketSubmission


@message
class PortalContact:
    """A contact as it sees itself: nothing of what the account keeps of it for its own use."""

    id: uuid.UUID
    name: str
    emails: tuple[ContactEmail, ...]
    email: str | None
    phone: str | None
    mobile: str | None
    language: str | None
    time_zone: str | None
    version: int


@message
class OpenPortalSession:
    """Log in by any confirmed address."""

    slug: Slug
    email: EmailAddress
    password: Secret


@message
class OpenedPortalSession:
    """The only message that holds the session's token. With `must_change_password` it opens the change of the
    password and nothing else until that is done."""

    token: str
    session_id: uuid.UUID
    expires_at: datetime.datetime
    contact: PortalContact
    portal: Portal
    must_change_password: bool = False


@message
class IdentifyContact:
    token_digest: Digest


@message
class ContactIdentity:
    """Whom a portal session's token speaks for, and at which portal."""

    session_id: uuid.UUID
    contact_id: uuid.UUID
    account_id: uuid.UUID
    slug: str
    name: str
    email: str | None
    locale: str
    time_zone: str
    expires_at: datetime.datetime
    must_change_password: bool = False


@message
class EndPortalSession:
    """The one that asks."""


@message
class GetPortalMe:
    """Who is logged in."""


@message
class UpdatePortalMe:
    """What is not given stays; `null` takes it away."""

    version: Version | None = None
    name: NameWithoutLink | Absent = ABSENT
    phone: Phone | Absent | None = ABSENT
    mobile: Phone | Absent | None = ABSENT
    language: Locale | Absent | None = ABSENT
    time_zone: TimeZone | Absent | None = ABSENT


@message
class ChangePortalPassword:
    """The session that asks stays, the contact's other ones end."""

    current_password: Secret
    new_password: Secret
    new_password_repeat: Secret


@message
class RequestContactActivation:
    """Ask for another activation mail; the answer does not reveal whether the address is known."""

    slug: Slug
    email: EmailAddress


@message
class RepeatContactActivation:
    """Ask for the latest activation mail by the token of an earlier one; it goes to the same address."""

    token_digest: Digest


@message
class RequestContactPasswordReset:
    """Ask for a mail to reset a forgotten password; the answer does not reveal whether the address is known."""

    slug: Slug
    email: EmailAddress


@message
class SetContactPassword:
    """An admin sets the password: the contact is verified by it, and has to change it at the next log-in."""

    contact_id: uuid.UUID
    password: Secret


@message
class ContactPasswordResetRequested:
    """`link_id` is the id of the mail's token."""

    link_id: uuid.UUID
    contact: Contact
    email: str
    company_name: str
    portal_slug: str
    locale: str
    time_zone: str
    expires_at: datetime.datetime


@message
class ContactPasswordSetByAdmin:
    """The notice of it holds no password."""

    contact: Contact
    company_name: str
    portal_slug: str
    locale: str
    time_zone: str
    set_at: datetime.datetime


@message
class ContactPasswordChanged:
    contact: Contact
    company_name: str
    portal_slug: str
    locale: str
    time_zone: str
    changed_at: datetime.datetime
    is_reset: bool = False


@message
class PortalSessionRevoked:
    """A portal session ended before its time: whoever keeps sessions in mind forgets it now."""

    session_id: uuid.UUID
    contact_id: uuid.UUID


class PortalNotFound(Refusal):
    """No portal has this address, or its account is cancelled."""

    code = "portal_not_found"


class ContactNotVerified(Refusal):
    """You are not authorised to access the portal: the password is right, and no confirmed address is."""

    code = "contact_not_verified"

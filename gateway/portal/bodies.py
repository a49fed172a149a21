"""Request and answer bodies of the portal that are the API's own."""

from __future__ import annotations

import datetime
import uuid

from wire.absent import ABSENT, Absent
from wire.contacts.portal import OpenedPortalSession, PortalContact
from wire.contacts.settings import TicketSubmission
from wire.contract import message
from wire.values import EmailAddress, Locale, Name, Phone, Secret, TimeZone


@message
class PublicPortal:
    """What everybody may know of a portal: the account's name, the languages of its pages, who can submit a ticket."""

    slug: str
    name: str
    default_language: str
    languages: tuple[str, ...]
    ticket_submission: TicketSubmission
    help_email: str


@message
class PortalCredentials:
    """`email` is any confirmed address of the contact."""

    email: EmailAddress
    password: Secret


@message
class PortalSession:
    """While `must_change_password`, the token opens the change of the password and nothing else."""

    id: uuid.UUID
    token: str
    expires_at: datetime.datetime
    contact: PortalContact
    must_change_password: bool

    @classmethod
    def of(cls, opened: OpenedPortalSession) -> PortalSession:
        return cls(
            id=opened.session_id,
            token=opened.token,
            expires_at=opened.expires_at,
            contact=opened.contact,
            must_change_password=opened.must_change_password,
        )


@message
class PortalAddress:
    email: EmailAddress


@message
class PortalMeChange:
    """What is absent stays; `null` takes it away."""

    name: Name | Absent = ABSENT
    phone: Phone | Absent | None = ABSENT
    mobile: Phone | Absent | None = ABSENT
    language: Locale | Absent | None = ABSENT
    time_zone: TimeZone | Absent | None = ABSENT

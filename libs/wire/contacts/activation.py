"""Activation of contacts: the mail with a link that sets a password and opens the portal."""

from __future__ import annotations

import datetime
import uuid
from enum import StrEnum
from typing import Annotated, Any

from marshmallow.validate import Length

from wire.contacts.people import ActivationState, Contact
from wire.contract import Refusal, message
from wire.values import PAGE_SIZE, Cursor, PageLimit

BULK_MAX = 30


@message
class SendActivation:
    """To one contact, at its primary address; the link that went out before ends."""

    contact_id: uuid.UUID


@message
class SendActivations:
    """To up to 30 contacts; one that is named twice counts once."""

    contact_ids: Annotated[tuple[uuid.UUID, ...], Length(max=1000)]


class ActivationOutcome(StrEnum):
    SENT = "sent"
    REFUSED = "refused"


@message
class ActivationResult:
    """`code` and `facts` say why it was refused; both are empty where it was sent."""

    contact_id: uuid.UUID
    status: ActivationOutcome
    code: str = ""
    facts: dict[str, Any]


@message
class ActivationResults:
    """One for each contact, in the order in which they were named."""

    results: tuple[ActivationResult, ...]


@message
class ListActivations:
    """The activation mails of a contact, the newest first."""

    contact_id: uuid.UUID
    limit: PageLimit = PAGE_SIZE
    after: Cursor | None = None


@message
class ActivationMail:
    """One activation mail: when it was asked for, and what has become of it. `sent_by` is the user who asked for it;
    None for one that was sent by itself or that the contact asked for."""

    id: uuid.UUID
    email: str
    state: ActivationState
    is_current: bool
    requested_at: datetime.datetime
    sent_by: uuid.UUID | None
    sent_at: datetime.datetime | None
    delivered_at: datetime.datetime | None
    bounced_at: datetime.datetime | None
    opened_at: datetime.datetime | None
    used_at: datetime.datetime | None
    expires_at: datetime.datetime
    reason: str


@message
class ActivationMailPage:
    data: tuple[ActivationMail, ...]
    has_more: bool
    next_cursor: str | None


@message
class ContactActivationRequested:
    """`link_id` is the id of the mail's token. `is_resent` says that an earlier mail's link has ended by it."""

    link_id: uuid.UUID
    contact: Contact
    company_name: str
    portal_slug: str
    locale: str
    time_zone: str
    expires_at: datetime.datetime
    is_resent: bool = False


@message
class ContactVerified:
    """The contact has used an activation link, or an admin, `verified_by`, has set the password."""

    contact: Contact
    verified_by: uuid.UUID | None = None


class ContactAlreadyVerified(Refusal):
    """No activation mail any more: an admin may change the password, or the contact may reset it."""

    code = "contact_already_verified"


class ContactHasNoEmail(Refusal):
    code = "contact_has_no_email"


class ActivationCoolingDown(Refusal):
    """The last mail went out a moment ago; in `seconds_left` another one may."""

    code = "cooling_down"


class BulkLimitExceeded(Refusal):
    """Between 1 and 30 contacts at a time."""

    code = "bulk_limit_exceeded"

"""Contacts, the customers of an account: read, listed, created, changed, blocked, deleted and restored."""

from __future__ import annotations

import datetime
import uuid
from enum import StrEnum
from typing import Annotated, Any

from marshmallow.validate import Length, OneOf

from wire.absent import ABSENT, Absent
from wire.contract import Refusal, message
from wire.values import (
    PAGE_SIZE,
    Cursor,
    EmailAddress,
    ExternalId,
    Locale,
    NameWithoutLink,
    PageLimit,
    Phone,
    TimeZone,
    Version,
    not_blank,
    one_line,
)

EMAILS_MAX = 10
TAGS_MAX = 50
SORTS = ("name", "-name", "created_at", "-created_at", "updated_at", "-updated_at")

Tag = Annotated[str, Length(min=1), Length(max=50), not_blank, one_line]
Tags = Annotated[tuple[Tag, ...], Length(max=TAGS_MAX)]
Emails = Annotated[tuple[EmailAddress, ...], Length(max=EMAILS_MAX)]
CustomFields = Annotated[dict[str, Any], Length(max=100)]
Filter = Annotated[str, Length(max=512)]
Search = Annotated[str, Length(max=200)]
Sort = Annotated[str, OneOf(SORTS)]


class ContactState(StrEnum):
    """`deleted` goes before `blocked`, and that before the other two, which tell whether an address is confirmed."""

    UNVERIFIED = "unverified"
    VERIFIED = "verified"
    BLOCKED = "blocked"
    DELETED = "deleted"


class SettableState(StrEnum):
    """The states that an update can give: `active` takes the block away."""

    BLOCKED = "blocked"
    ACTIVE = "active"


class ActivationState(StrEnum):
    """How far the contact's newest activation mail has come."""

    NEVER_SENT = "never_sent"
    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    LINK_OPENED = "link_opened"
    VERIFIED = "verified"


class MatchBy(StrEnum):
    """What tells which contact is meant when one is created or updated in one call."""

    EMAIL = "email"
    EXTERNAL_ID = "external_id"


@message
class ContactEmail:
    """One address of a contact, as it was typed; log-in is by the confirmed ones."""

    id: uuid.UUID
    email: str
    is_primary: bool
    is_confirmed: bool


@message
class ActivationProgress:
    """`last_sent_at` is when the newest activation mail was asked for."""

    state: ActivationState
    last_sent_at: datetime.datetime | None


@message
class Contact:
    """A customer of an account. `email` is the primary address; `language` is a language that mails are written in;
    `custom_fields` holds the values of those fields of the account that have one; `external_id` is what the account's
    own systems call the contact; `version` counts its changes."""

    id: uuid.UUID
    account_id: uuid.UUID
    name: str
    emails: tuple[ContactEmail, ...]
    email: str | None
    phone: str | None
    mobile: str | None
    state: ContactState
    language: str | None
    time_zone: str | None
    company_ids: tuple[uuid.UUID, ...]
    tags: tuple[str, ...]
    custom_fields: dict[str, Any]
    external_id: str | None
    activation: ActivationProgress
    created_at: datetime.datetime
    updated_at: datetime.datetime
    version: int


@message
class CreateContact:
    """A contact has a name and one at least of email, phone, mobile and external id. `email` is the primary address,
    else the first of `emails` is; `send_activation` says whether the activation mail goes out now, otherwise the
    account's setting decides."""

    name: NameWithoutLink
    email: EmailAddress | None = None
    emails: Emails = ()
    phone: Phone | None = None
    mobile: Phone | None = None
    language: Locale | None = None
    time_zone: TimeZone | None = None
    tags: Tags = ()
    external_id: ExternalId | None = None
    custom_fields: CustomFields | None = None
    send_activation: bool | None = None


@message
class PutContact:
    """Create a contact, or update the one that has the same email address, primary or not, or the same external id: the
    `contact` is what `CreateContact` says, and what it leaves out stays as it is.

    An address by which the contact is found says who is meant and stays what it is, primary or not; another `email` is
    what an update makes of it, and other `emails` are added. Both need `may_change_emails`, where the contact is there
    already."""

    match_by: MatchBy
    contact: CreateContact
    may_change_emails: bool = False


@message
class PutContactResult:
    contact: Contact
    is_new: bool


@message
class UpdateContact:
    """What is not given stays; `null` takes it away. `version` is the one that the change was made from, None for any.

    `email` replaces the primary address, or promotes the secondary one that it names. `custom_fields` changes the
    fields that it names. A blocked or deleted contact has to be unblocked or restored before anything else of
    it can change.
    """

    contact_id: uuid.UUID
    version: Version | None = None
    name: NameWithoutLink | Absent = ABSENT
    email: EmailAddress | Absent | None = ABSENT
    phone: Phone | Absent | None = ABSENT
    mobile: Phone | Absent | None = ABSENT
    language: Locale | Absent | None = ABSENT
    time_zone: TimeZone | Absent | None = ABSENT
    tags: Tags | Absent = ABSENT
    external_id: ExternalId | Absent | None = ABSENT
    custom_fields: CustomFields | Absent = ABSENT
    state: SettableState | Absent = ABSENT


@message
class GetContact:
    contact_id: uuid.UUID


@message
class DeleteContact:
    """Soft at first: the contact can be restored and keeps its addresses. `is_permanent` removes one for good that is
    deleted already, or any with `is_forced`."""

    contact_id: uuid.UUID
    is_permanent: bool = False
    is_forced: bool = False


@message
class RestoreContact:
    contact_id: uuid.UUID


@message
class ListContacts:
    """A page; `after` is the cursor that the page before gave. Blocked and deleted contacts are listed only where
    `state` or `filter` asks for them. `q` finds the contacts in which each of its words begins a word of name,
    addresses or numbers. The conditions are joined by *and*."""

    limit: PageLimit = PAGE_SIZE
    after: Cursor | None = None
    before: Cursor | None = None
    state: ContactState | None = None
    company_id: uuid.UUID | None = None
    q: Search | None = None
    filter: Filter | None = None
    sort: Sort = "name"


@message
class ContactPage:
    data: tuple[Contact, ...]
    has_more: bool
    next_cursor: str | None
    previous_cursor: str | None = None


@message
class CountContacts:
    """How many a list has, over all pages."""

    state: ContactState | None = None
    company_id: uuid.UUID | None = None
    q: Search | None = None
    filter: Filter | None = None


@message
class ContactCount:
    """Counting stops at a limit: `is_exact` is false then, and there are more than `count`."""

    count: int
    is_exact: bool


@message
class ContactCreated:
    contact: Contact


@message
class ContactUpdated:
    """One save is one event, whatever changed in it; the envelope says what, and what it was before."""

    contact: Contact


@message
class ContactBlocked:
    contact: Contact


@message
class ContactUnblocked:
    contact: Contact


@message
class ContactDeleted:
    """Soft, or, where `is_permanent`, for good."""

    contact: Contact
    is_permanent: bool = False


@message
class ContactRestored:
    contact: Contact


class ContactNotFound(Refusal):
    code = "contact_not_found"


class ContactIsDeleted(Refusal):
    """It has to be restored first; `contact_id` says which."""

    code = "contact_deleted"


class ContactIsBlocked(Refusal):
    """It has to be unblocked first; `contact_id` says which."""

    code = "contact_blocked"


class ContactNotDeleted(Refusal):
    """It can be removed for good only once it is deleted, or by force."""

    code = "contact_not_deleted"


class ContactIdentifierRequired(Refusal):
    """A contact needs one at least of email, phone, mobile and external id."""

    code = "contact_identifier_required"


class ContactEmailInUse(Refusal):
    """A contact of the account has this address, as a primary or a secondary one; a deleted contact keeps its own.
    `contact_id` and `contact_state` say which."""

    code = "email_in_use"


class ContactExternalIdInUse(Refusal):
    """`contact_id` and `contact_state` say which contact has it."""

    code = "external_id_in_use"


class FilterInvalid(Refusal):
    """`errors` say what is wrong and where; of an unknown field the `known` ones are named."""

    code = "filter_invalid"


class ContactEmailsReserved(Refusal):
    """Only administrators change the addresses of a contact that is there already."""

    code = "contact_emails_reserved"

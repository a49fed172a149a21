"""Request bodies and query parameters of contacts that are the API's own."""

from __future__ import annotations

from wire.absent import ABSENT, Absent
from wire.contacts.custom_fields import Choices
from wire.contacts.people import (
    CreateContact,
    CustomFields,
    MatchBy,
    SettableState,
    Tags,
)
from wire.contract import message
from wire.values import EmailAddress, ExternalId, Locale, Name, NameWithoutLink, Phone, TimeZone


@message
class ContactChange:
    """What is not given stays; `null` takes it away. `email` replaces the primary address, or promotes the secondary
    one that it names; `custom_fields` changes the fields that it names. `state: "blocked"` blocks the contact,
    `"active"` unblocks it."""

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
class ContactMatch:
    """The contact that has the same email address, primary or not, or the same external id, as `contact` says."""

    match_by: MatchBy
    contact: CreateContact


@message
class ContactDeletion:
    """`permanent` removes a contact for good that is deleted already, or any with `force`."""

    permanent: bool = False
    force: bool = False


@message
class NewContactEmail:
    """A secondary address. `is_confirmed` is said by an administrator who knows that it is the contact's."""

    email: EmailAddress
    is_confirmed: bool = False


@message
class ContactFieldChange:
    """What is not given stays. A choice that is taken away stays with the contacts that have it."""

    label: Name | None = None
    choices: Choices | None = None

"""Custom fields: what an account wants to know of its contacts beside what every contact has."""

from __future__ import annotations

import datetime
import uuid
from enum import StrEnum
from typing import Annotated

from marshmallow.validate import Length, Regexp

from wire.contract import Refusal, message
from wire.values import Name, not_blank, one_line

FIELDS_MAX = 50
CHOICES_MAX = 100

# How filters, imports and the API call the field.
FieldKey = Annotated[str, Length(max=40), Regexp(r"\A[a-z][a-z0-9_]*\Z")]
Choice = Annotated[str, Length(min=1), Length(max=100), not_blank, one_line]
Choices = Annotated[tuple[Choice, ...], Length(max=CHOICES_MAX)]


class FieldKind(StrEnum):
    """Of a `choice` the value is one of its choices; of a `checkbox` it is true or false."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    CHECKBOX = "checkbox"


@message
class ContactField:
    id: uuid.UUID
    key: str
    label: str
    kind: FieldKind
    choices: tuple[str, ...]
    created_at: datetime.datetime


@message
class ListContactFields:
    """Those of the account."""


@message
class ContactFieldList:
    """In the order in which they were made; there are 50 at most, so there is no second page."""

    data: tuple[ContactField, ...]
    has_more: bool = False
    next_cursor: str | None = None


@message
class CreateContactField:
    key: FieldKey
    label: Name
    kind: FieldKind
    choices: Choices = ()


@message
class UpdateContactField:
    """The key and the kind stay; a choice that is taken away stays with the contacts that have it."""

    field_id: uuid.UUID
    label: Name | None = None
    choices: Choices | None = None


@message
class DeleteContactField:
    """The contacts lose its values."""

    field_id: uuid.UUID


class ContactFieldNotFound(Refusal):
    code = "contact_field_not_found"


class ContactFieldKeyInUse(Refusal):
    code = "contact_field_key_in_use"


class ContactFieldLimitReached(Refusal):
    code = "contact_field_limit_reached"


class ContactFieldChoicesRequired(Refusal):
    """A choice needs choices, and no other kind has them."""

    code = "contact_field_choices_invalid"


class CustomFieldsInvalid(Refusal):
    """`errors` name the fields that nobody defined, and the values that are not of their field's kind; `known` are the
    keys that there are."""

    code = "custom_fields_invalid"

"""What the pages of contact fields are drawn from."""

from __future__ import annotations

import dataclasses

from gateway.layout.contexts import Form
from wire.contacts.custom_fields import ContactField, FieldKind


@dataclasses.dataclass(frozen=True, kw_only=True)
class ContactFields(Form):
    """Fields of a new one: label, key, kind, choices (a line for each)."""

    template = "contact_fields/contact_fields"

    fields: tuple[ContactField, ...]
    kinds: tuple[FieldKind, ...] = tuple(FieldKind)


@dataclasses.dataclass(frozen=True, kw_only=True)
class EditContactField(Form):
    """Fields: label, and choices where the field has them."""

    template = "contact_fields/contact_field"

    field: ContactField


@dataclasses.dataclass(frozen=True, kw_only=True)
class ContactFieldDeletion(Form):
    """Deleting a field, with what contacts have in it."""

    template = "contact_fields/contact_field_deletion"

    field: ContactField

"""Samples of the pages of contact fields."""

from __future__ import annotations

import uuid

from gateway import texts
from gateway.contact_fields.contexts import ContactFieldDeletion, ContactFields, EditContactField
from gateway.layout.contexts import Page
from tests.browser.sample_people import NOW, common
from tests.browser.samples.contacts import FIELDS
from wire.contacts.custom_fields import ContactField, FieldKind

CHOICE = ContactField(
    id=uuid.UUID(int=53),
    key="level",
    label="Premium",
    kind=FieldKind.CHOICE,
    choices=("C-1042", "vip"),
    created_at=NOW,
)


def pages(locale: str) -> dict[str, Page]:
    shown = common(locale, "/admin/contact-fields", is_logged_in=True)
    return {
        "contact_fields": ContactFields(**shown, fields=(*FIELDS, CHOICE), values={"kind": "text"}),
        "contact_fields-empty": ContactFields(**shown, fields=()),
        "contact_fields-errors": ContactFields(
            **shown,
            fields=FIELDS,
            values={"label": "Premium", "kind": "choice", "key": "newsletter"},
            errors={
                "key": texts.detail("contact_field_key_in_use", locale),
                "choices": texts.detail("contact_field_choices_invalid", locale),
            },
        ),
        "contact_field": EditContactField(**shown, field=FIELDS[0], values={"label": "Customer number"}),
        "contact_field-choice": EditContactField(
            **shown, field=CHOICE, values={"label": "Premium", "choices": "vip"}
        ),
        "contact_field_deletion": ContactFieldDeletion(**shown, field=FIELDS[0]),
    }

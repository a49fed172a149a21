"""What a contact's form holds: a contact as texts to edit, and the change that edited texts mean."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from gateway.forms import by_field
from gateway.web import Visit
from wire.contacts.custom_fields import ContactField, FieldKind
from wire.contacts.people import Contact
from wire.contract import FieldError

TEXTS = ("name", "email", "phone", "mobile", "language", "time_zone", "external_id")
TAGS = "tags"
CUSTOM = "field_"
# What the form leaves out where a box is not ticked.
UNTICKED, TICKED = "", "yes"


def texts_of(contact: Contact, fields: tuple[ContactField, ...]) -> dict[str, str]:
    """A contact as its form shows it."""
    plain = {name: getattr(contact, name) or "" for name in TEXTS}
    own = {f"{CUSTOM}{field.key}": _text(contact.custom_fields.get(field.key)) for field in fields}
    return {**plain, TAGS: ", ".join(contact.tags), **own}


def entered(form: Mapping[str, str], fields: tuple[ContactField, ...]) -> dict[str, str]:
    """What stands in a form that was sent, with line ends and blanks around it taken off."""
    names = (*TEXTS, TAGS, *(f"{CUSTOM}{field.key}" for field in fields))
    return {name: form.get(name, "").strip() for name in names}


def message_of(values: Mapping[str, str], fields: tuple[ContactField, ...]) -> dict[str, Any]:
    """The fields of a message that these texts mean; an empty one is `None`, which takes it away."""
    found: dict[str, Any] = {name: values[name] or None for name in TEXTS if name in values}
    if "name" in values:
        found["name"] = values["name"]
    if TAGS in values:
        found[TAGS] = [tag for tag in (part.strip() for part in values[TAGS].split(",")) if tag]
    own = {
        field.key: _value(values[name], field)
        for field in fields
        if (name := f"{CUSTOM}{field.key}") in values
    }
    return {**found, "custom_fields": own} if own else found


def changed(values: Mapping[str, str], shown: Mapping[str, str]) -> dict[str, str]:
    """What stands there now and did not when the form came."""
    return {name: value for name, value in values.items() if value != shown.get(name, "")}


def errors_of(errors: tuple[FieldError, ...], visit: Visit) -> dict[str, str]:
    """Errors by the form's own names: those of a contact field by the name that its entry has."""
    own = [error for error in errors if error.pointer.startswith("/custom_fields/")]
    plain = [error for error in errors if error not in own]
    named = by_field(tuple(own), visit, {})
    return {
        **by_field(tuple(plain), visit, visit.form),
        **{f"{CUSTOM}{key}": text for key, text in named.items()},
    }


def _text(value: object) -> str:
    if isinstance(value, bool):
        return TICKED if value else UNTICKED
    return "" if value is None else str(value)


def _value(text: str, field: ContactField) -> object:
    """The value that a text means; one that is no number stays a text, which the service says no to."""
    if field.kind is FieldKind.CHECKBOX:
        return bool(text)
    if field.kind is FieldKind.NUMBER and text:
        return _number(text)
    return text or None


def _number(text: str) -> int | float | str:
    for kind in (int, float):
        try:
            return kind(text.replace(",", "."))
        except ValueError:
            continue
    return text


def contact_in(facts: Mapping[str, Any]) -> uuid.UUID | None:
    """The contact that a refusal names."""
    try:
        return uuid.UUID(str(facts.get("contact_id")))
    except ValueError:
        return None

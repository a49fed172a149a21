"""Pages of contact fields: list, add, change, delete."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from werkzeug.wrappers import Response

from chassis.rpc import Client
from gateway import forms
from gateway.contact_fields.contexts import ContactFieldDeletion, ContactFields, EditContactField
from gateway.forms import Field, Problem, Refused
from gateway.web import Visit, see_other, web
from wire import schema
from wire.contacts import Contacts
from wire.contacts.custom_fields import (
    ContactField,
    ContactFieldChoicesRequired,
    ContactFieldKeyInUse,
    ContactFieldLimitReached,
    ContactFieldNotFound,
    CreateContactField,
    DeleteContactField,
    FieldKind,
    ListContactFields,
    UpdateContactField,
)
from wire.permissions import Permission

PAGE = "/admin/contact-fields"
ONE = f"{PAGE}/<uuid:field_id>"
NO_KEY = re.compile(r"[^a-z0-9]+")
RULES: forms.Rules = {
    ContactFieldKeyInUse: Field("key", status=409),
    ContactFieldLimitReached: Problem(),
    ContactFieldChoicesRequired: Field("choices"),
}


class ContactFieldsPages:
    contacts = Client(Contacts)

    @web("GET", PAGE, needs=Permission.CONTACTS_ADMIN)
    def show_contact_fields(self, visit: Visit) -> Response:
        return self._draw_contact_fields(visit, values={"kind": FieldKind.TEXT.value})

    @web("POST", PAGE, needs=Permission.CONTACTS_ADMIN)
    def send_contact_field(self, visit: Visit) -> Response:
        form = visit.form
        label, kind = form.get("label", "").strip(), form.get("kind", "")
        fields = {
            "label": label,
            "key": form.get("key", "").strip() or _key_of(label),
            "kind": kind,
            "choices": _lines(form) if kind == FieldKind.CHOICE else [],
        }
        outcome = forms.submit(
            visit, lambda: self.contacts.create_contact_field(schema.load(CreateContactField, fields)), RULES
        )
        if isinstance(outcome, Refused):
            return self._draw_contact_fields(visit, values=form, **outcome.context)
        return see_other(PAGE, notice="contact_field_added")

    @web("GET", ONE, needs=Permission.CONTACTS_ADMIN)
    def show_contact_field(self, visit: Visit) -> Response:
        return self._draw_contact_field(visit)

    @web("POST", ONE, needs=Permission.CONTACTS_ADMIN)
    def send_contact_field_change(self, visit: Visit) -> Response:
        found = self._one_contact_field(visit)
        fields: dict[str, Any] = {"field_id": str(found.id), "label": visit.form.get("label", "").strip()}
        if found.kind is FieldKind.CHOICE:
            fields["choices"] = _lines(visit.form)
        outcome = forms.submit(
            visit, lambda: self.contacts.update_contact_field(schema.load(UpdateContactField, fields)), RULES
        )
        if isinstance(outcome, Refused):
            return self._draw_contact_field(visit, values=visit.form, **outcome.context)
        return see_other(PAGE, notice="contact_field_saved")

    @web("GET", f"{ONE}/deletion", needs=Permission.CONTACTS_ADMIN)
    def show_contact_field_deletion(self, visit: Visit) -> Response:
        return visit.draw(ContactFieldDeletion, field=self._one_contact_field(visit))

    @web("POST", f"{ONE}/deletion", needs=Permission.CONTACTS_ADMIN)
    def send_contact_field_deletion(self, visit: Visit) -> Response:
        self.contacts.delete_contact_field(DeleteContactField(field_id=visit.request.parameters["field_id"]))
        return see_other(PAGE, notice="contact_field_deleted")

    def _draw_contact_fields(self, visit: Visit, **values: Any) -> Response:
        return visit.draw(ContactFields, fields=self._all_contact_fields(), **values)

    def _draw_contact_field(self, visit: Visit, **values: Any) -> Response:
        field = self._one_contact_field(visit)
        stored = {"label": field.label, "choices": "\n".join(field.choices)}
        return visit.draw(EditContactField, field=field, **{"values": stored, **values})

    def _all_contact_fields(self) -> tuple[ContactField, ...]:
        return self.contacts.list_contact_fields(ListContactFields()).data

    def _one_contact_field(self, visit: Visit) -> ContactField:
        wanted = visit.request.parameters["field_id"]
        found = next((field for field in self._all_contact_fields() if field.id == wanted), None)
        if found is None:
            raise ContactFieldNotFound
        return found


def _lines(form: Mapping[str, str]) -> list[str]:
    """The choices: one on each line, each once."""
    lines = (line.strip() for line in form.get("choices", "").splitlines())
    return list(dict.fromkeys(line for line in lines if line))


def _key_of(label: str) -> str:
    """A key made of the name, where one can be made of it: `Customer number` is `customer_number`."""
    return NO_KEY.sub("_", label.lower()).strip("_")[:40]

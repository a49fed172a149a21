"""Pages to add and to edit a contact."""

from __future__ import annotations

import uuid
from typing import Any

from werkzeug.wrappers import Response

from chassis.errors import MalformedRequest
from chassis.rpc import Client
from gateway import forms
from gateway.contacts import entries
from gateway.contacts.contexts import EditContact
from gateway.contacts.lists import PATH
from gateway.forms import Field, Problem, Refused
from gateway.layout import time_zones
from gateway.web import Visit, see_other, web
from wire import schema
from wire.contacts import Contacts
from wire.contacts.custom_fields import ContactField, CustomFieldsInvalid, ListContactFields
from wire.contacts.people import (
    Contact,
    ContactEmailInUse,
    ContactExternalIdInUse,
    ContactIdentifierRequired,
    ContactIsBlocked,
    ContactIsDeleted,
    ContactState,
    CreateContact,
    GetContact,
    UpdateContact,
)
from wire.identity import EmailInvalid, PhoneInvalid
from wire.permissions import Permission
from wire.versions import VersionStale

NEW = f"{PATH}/new"
EDIT = f"{PATH}/<uuid:contact_id>/edit"
SHOWN, STORED = "shown_", "stored_"
RULES: forms.Rules = {
    ContactEmailInUse: Field("email", status=409, code="contact_email_in_use"),
    EmailInvalid: Field("email"),
    ContactExternalIdInUse: Field("external_id", status=409, code="contact_external_id_in_use"),
    ContactIdentifierRequired: Problem(),
    ContactIsBlocked: Problem(),
    ContactIsDeleted: Problem(),
    CustomFieldsInvalid: forms.Fields(),
    PhoneInvalid: Field("phone"),
    VersionStale: Problem(),
}

Fields = tuple[ContactField, ...]


class ContactFormPages:
    contacts = Client(Contacts)

    @web("GET", NEW, needs=Permission.CONTACTS_WRITE)
    def show_new_contact(self, visit: Visit) -> Response:
        return self._draw_contact_form(visit, self._form_fields())

    @web("POST", NEW, needs=Permission.CONTACTS_WRITE)
    def send_new_contact(self, visit: Visit) -> Response:
        fields = self._form_fields()
        values = entries.entered(visit.form, fields)
        message = {
            name: value for name, value in entries.message_of(values, fields).items() if value is not None
        }
        message["send_activation"] = True if visit.form.get("send_activation") else None
        outcome = forms.submit(
            visit, lambda: self.contacts.create_contact(schema.load(CreateContact, message)), RULES
        )
        if isinstance(outcome, Refused):
            kept = {**values, "send_activation": visit.form.get("send_activation", "")}
            return self._draw_contact_form(visit, fields, **_refused(visit, outcome, kept))
        return see_other(f"{PATH}/{outcome.id}", notice="contact_added")

    @web("GET", EDIT, needs=Permission.CONTACTS_WRITE)
    def show_edit_contact(self, visit: Visit) -> Response:
        fields, contact = self._form_fields(), self._edited_contact(visit)
        values = entries.texts_of(contact, fields)
        return self._draw_contact_form(visit, fields, contact=contact, values=values, shown=values)

    @web("POST", EDIT, needs=Permission.CONTACTS_WRITE)
    def send_edit_contact(self, visit: Visit) -> Response:
        """Only what was changed is sent; where somebody else was faster, the person chooses."""
        fields = self._form_fields()
        form = visit.form
        shown = _shown(form)
        values = entries.entered(form, fields)
        mine = {
            name: value
            for name, value in entries.changed(values, shown).items()
            if name in shown and form.get(f"{STORED}{name}") != "stored"
        }
        message = {
            **entries.message_of(mine, fields),
            "contact_id": str(_contact_id(visit)),
            "version": _version(form.get("version", "")),
        }
        outcome = forms.submit(
            visit, lambda: self.contacts.update_contact(schema.load(UpdateContact, message)), RULES
        )
        if not isinstance(outcome, Refused):
            notice = "contact_saved" if outcome.version != message["version"] else "nothing_changed"
            return see_other(f"{PATH}/{outcome.id}", notice=notice)
        contact = self._edited_contact(visit)
        context = _refused(visit, outcome, values)
        if isinstance(outcome.reason, VersionStale):
            context |= _conflict(contact, fields, values=values, shown=shown, mine=mine)
        return self._draw_contact_form(visit, fields, contact=contact, **{"shown": shown, **context})

    def _draw_contact_form(self, visit: Visit, fields: Fields, **values: Any) -> Response:
        contact: Contact | None = values.get("contact")
        known = values.get("values", {}).get("time_zone", "")
        choices = time_zones.choices(visit.locale, known or time_zones.UTC)
        values.setdefault("version", contact.version if contact else 0)
        values.setdefault("contact", None)
        return visit.draw(EditContact, fields=fields, time_zones=choices, **values)

    def _form_fields(self) -> Fields:
        return self.contacts.list_contact_fields(ListContactFields()).data

    def _edited_contact(self, visit: Visit) -> Contact:
        return self.contacts.get_contact(GetContact(contact_id=_contact_id(visit)))


def _refused(visit: Visit, outcome: Refused, values: dict[str, str]) -> dict[str, Any]:
    """What the form is drawn from where it was not accepted: what was typed, why, and who is in the way."""
    context: dict[str, Any] = {**outcome.context, "values": values}
    reason = outcome.reason
    if isinstance(reason, MalformedRequest | CustomFieldsInvalid):
        context["errors"] = entries.errors_of(reason.errors, visit)
    if isinstance(reason, ContactEmailInUse | ContactExternalIdInUse):
        context["other_id"] = entries.contact_in(reason.facts)
        context["is_other_deleted"] = reason.facts.get("contact_state") == ContactState.DELETED
    return context


def _conflict(
    contact: Contact, fields: Fields, *, values: dict[str, str], shown: dict[str, str], mine: dict[str, str]
) -> dict[str, Any]:
    """What somebody else has changed: taken over where it was left alone here, to be chosen where both did."""
    now = entries.texts_of(contact, fields)
    both = {name: now[name] for name in mine if now[name] not in (shown.get(name, ""), values[name])}
    kept = {name: mine.get(name, text) for name, text in now.items()}
    return {"values": kept, "shown": now, "stored": both, "version": contact.version}


def _contact_id(visit: Visit) -> uuid.UUID:
    found: uuid.UUID = visit.request.parameters["contact_id"]
    return found


def _shown(form: dict[str, str]) -> dict[str, str]:
    """What the form was filled from; a field that it did not show cannot be changed by it."""
    return {name.removeprefix(SHOWN): form[name].strip() for name in form if name.startswith(SHOWN)}


def _version(text: str) -> int:
    """What the form was filled from. A form that does not say so was filled from nothing that there is."""
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 10 else 2**31 - 1

"""Pages of contacts: the list, and the activation mail to one or some of it."""

from __future__ import annotations

import dataclasses
import secrets
import uuid
from typing import Any

from marshmallow import ValidationError
from werkzeug.wrappers import Response

from chassis import context
from chassis.errors import BusError
from chassis.rpc import Client
from gateway import texts
from gateway.contacts.contexts import ActivationOutcomes, ContactsList, Outcome
from gateway.contacts.lists import PATH, ContactList
from gateway.web import Visit, see_other, web
from wire.contacts import Contacts
from wire.contacts.activation import BULK_MAX, ActivationResult, BulkLimitExceeded, SendActivations
from wire.contacts.people import ContactCount, ContactPage, FilterInvalid
from wire.cursors import CursorInvalid
from wire.permissions import Permission

SEND_KEY_LENGTH_MAX = 64


class ContactsPages:
    contacts = Client(Contacts)

    @web("GET", PATH, needs=Permission.CONTACTS_READ)
    def show_contacts(self, visit: Visit) -> Response:
        return self._draw_contacts(visit, ContactList.of(visit.request.args))

    @web("POST", f"{PATH}/activations", needs=Permission.CONTACTS_WRITE)
    def send_ticked_activations(self, visit: Visit) -> Response:
        """To the one whose button it was, or to those that are ticked."""
        form = visit.form
        shown = ContactList.of(form)
        ids = _ids(form.get("only") or form.get("contact_id", ""))
        known = self._contact_names(shown)
        _enter_key(form.get("send_key", ""))
        try:
            found = self.contacts.send_activations(SendActivations(contact_ids=ids))
        except BulkLimitExceeded:
            code = "bulk_limit_exceeded" if ids else "nobody_ticked"
            problem = texts.detail(code, visit.locale)
            return self._draw_contacts(visit, shown, status=422, problem=problem, ticked=frozenset(ids))
        if "only" in form and all(not result.code for result in found.results):
            return see_other(shown.path, notice="activation_sent")
        outcomes = tuple(_outcome(result, known) for result in found.results)
        return visit.draw(ActivationOutcomes, page_path=shown.path, outcomes=outcomes, back_path=shown.path)

    def _draw_contacts(self, visit: Visit, shown: ContactList, **values: Any) -> Response:
        try:
            found, count = self._contacts_page(shown), self._contacts_count(shown)
        except CursorInvalid:
            return see_other(shown.on())
        except (ValidationError, FilterInvalid) as invalid:
            return self._draw_unreadable(visit, shown, invalid)
        is_everybody = visit.request.args.get("ticked") == "all"
        values.setdefault("ticked", frozenset(row.id for row in found.data) if is_everybody else frozenset())
        return visit.draw(
            ContactsList,
            page_path=shown.path,
            shown=shown,
            contacts=found.data,
            count=count,
            send_key=secrets.token_urlsafe(16),
            next_path=shown.on(after=found.next_cursor) if found.next_cursor else "",
            previous_path=shown.on(before=found.previous_cursor) if found.previous_cursor else "",
            **values,
        )

    def _draw_unreadable(
        self, visit: Visit, shown: ContactList, invalid: ValidationError | FilterInvalid
    ) -> Response:
        """What was looked for cannot be read: the list says so, and keeps it."""
        return visit.draw(
            ContactsList,
            status=422,
            page_path=shown.path,
            shown=shown,
            contacts=(),
            count=None,
            send_key="",
            problem=_reason(invalid, visit.locale),
        )

    def _contact_names(self, shown: ContactList) -> dict[uuid.UUID, str]:
        """Whom the list shows, by id; nobody where it cannot be read any more."""
        try:
            return {contact.id: contact.name for contact in self._contacts_page(shown).data}
        except (ValidationError, FilterInvalid, CursorInvalid):
            return {}

    def _contacts_page(self, shown: ContactList) -> ContactPage:
        return self.contacts.list_contacts(shown.request)

    def _contacts_count(self, shown: ContactList) -> ContactCount | None:
        """None while it cannot be counted: the list is there without it."""
        try:
            return self.contacts.count_contacts(shown.count_request)
        except BusError:
            return None


def _ids(words: str) -> tuple[uuid.UUID, ...]:
    """The contacts that a form names; what is no id was not put there by the page."""
    found = []
    for word in words.split()[: BULK_MAX * 10]:
        try:
            found.append(uuid.UUID(word))
        except ValueError:
            continue
    return tuple(found)


def _enter_key(key: str) -> None:
    """From here on a repeated form, by reloading or the back button, is answered and not done again."""
    if key.isascii() and key.isprintable() and 0 < len(key) <= SEND_KEY_LENGTH_MAX:
        context.enter(dataclasses.replace(context.current(), idempotency_key=key))


def _outcome(result: ActivationResult, known: dict[uuid.UUID, str]) -> Outcome:
    return Outcome(contact_id=result.contact_id, name=known.get(result.contact_id, ""), code=result.code)


def _reason(invalid: ValidationError | FilterInvalid, locale: str) -> str:
    """Why the list cannot be looked for, with the fields that there are where one of a filter is not known."""
    facts = invalid.facts if isinstance(invalid, FilterInvalid) else {}
    known = facts.get("known")
    if isinstance(known, list) and known:
        return texts.detail("filter_names_unknown_field", locale, known=", ".join(map(str, known)))
    return texts.detail("filter_invalid", locale, **facts)

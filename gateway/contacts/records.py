"""The page of one contact, which the forms on it come back to: drawn with what was done, or with why it was not."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable
from typing import Any

from werkzeug.wrappers import Response

from chassis.errors import BusError
from chassis.rpc import Client
from gateway import forms
from gateway.audit_lines import AuditLine
from gateway.contacts.contexts import ContactRecord
from gateway.contacts.lists import PATH
from gateway.forms import Problem, Refused
from gateway.web import Visit, see_other
from wire.accounts import Accounts
from wire.accounts.audit_log import ListAuditLog
from wire.accounts.profile import GetAccount, GetMe
from wire.contacts import Contacts
from wire.contacts.activation import (
    ActivationCoolingDown,
    ActivationMail,
    ContactAlreadyVerified,
    ContactHasNoEmail,
    ListActivations,
)
from wire.contacts.addresses import ContactEmailNotFound, PrimaryEmailRequired
from wire.contacts.custom_fields import ListContactFields
from wire.contacts.people import Contact, ContactIsBlocked, ContactIsDeleted, ContactNotDeleted, GetContact
from wire.permissions import Permission

PAGE = f"{PATH}/<uuid:contact_id>"
LINES_SHOWN = 10
REFUSED: forms.Rules = {
    ActivationCoolingDown: Problem(),
    ContactAlreadyVerified: Problem(),
    ContactEmailNotFound: Problem(),
    ContactHasNoEmail: Problem(),
    ContactIsBlocked: Problem(),
    ContactIsDeleted: Problem(),
    ContactNotDeleted: Problem(),
    PrimaryEmailRequired: Problem(),
}


class ContactRecords:
    accounts = Client(Accounts)
    contacts = Client(Contacts)

    def do_to_contact(self, visit: Visit, call: Callable[[], object], notice: str) -> Response:
        """What a button of the record asks for; the record says why where it is refused."""
        outcome = forms.submit(visit, call, REFUSED)
        if isinstance(outcome, Refused):
            return self.draw_contact(visit, code=outcome.reason.code, **outcome.context)
        return see_other(path_of(visit), notice=notice)

    def draw_contact(self, visit: Visit, **values: Any) -> Response:
        contact = self.contact_of(visit)
        return visit.draw(
            ContactRecord,
            page_path=path_of(visit),
            contact=contact,
            fields=self.contacts.list_contact_fields(ListContactFields()).data,
            mails=self._contact_mails(contact),
            lines=self._contact_lines(visit, contact),
            portal_path=self._contact_portal(),
            now=datetime.datetime.now(datetime.UTC),
            time_zone=self.accounts.get_me(GetMe()).user.time_zone,
            **values,
        )

    def contact_of(self, visit: Visit) -> Contact:
        return self.contacts.get_contact(GetContact(contact_id=contact_id(visit)))

    def _contact_mails(self, contact: Contact) -> tuple[ActivationMail, ...]:
        return self.contacts.list_activations(ListActivations(contact_id=contact.id)).data

    def _contact_lines(self, visit: Visit, contact: Contact) -> tuple[AuditLine, ...] | None:
        """What was done to the contact, for who may read the audit log; None while it cannot be read."""
        if not visit.may(Permission.AUDIT_READ):
            return None
        try:
            found = self.accounts.list_audit_log(ListAuditLog(object=contact.id, limit=LINES_SHOWN))
        except BusError:
            return None
        return tuple(AuditLine.of(entry, visit.locale) for entry in found.data)

    def _contact_portal(self) -> str:
        slug = self.accounts.get_account(GetAccount()).slug
        return f"/portal/{slug}" if slug else ""


def contact_id(visit: Visit) -> uuid.UUID:
    found: uuid.UUID = visit.request.parameters["contact_id"]
    return found


def path_of(visit: Visit) -> str:
    return f"{PATH}/{contact_id(visit)}"

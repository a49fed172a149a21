"""Forms for the email addresses of a contact, on its record: add, make primary, remove."""

from __future__ import annotations

import uuid

from werkzeug.wrappers import Response

from gateway import forms
from gateway.contacts.records import PAGE, REFUSED, ContactRecords, contact_id, path_of
from gateway.forms import Field, Problem, Refused
from gateway.web import Visit, see_other, web
from wire.contacts.addresses import (
    AddContactEmail,
    ContactEmailLimitReached,
    PromoteContactEmail,
    RemoveContactEmail,
)
from wire.contacts.people import ContactEmailInUse
from wire.identity import EmailInvalid
from wire.permissions import Permission

ADDRESS: forms.Rules = {
    **REFUSED,
    ContactEmailInUse: Field("email", status=409, code="contact_email_in_use"),
    EmailInvalid: Field("email"),
    ContactEmailLimitReached: Problem(),
}


class ContactAddressPages(ContactRecords):
    @web("POST", f"{PAGE}/emails", needs=Permission.CONTACTS_ADMIN)
    def send_contact_email(self, visit: Visit) -> Response:
        email = visit.form.get("email", "").strip()
        request = AddContactEmail(contact_id=contact_id(visit), email=email)
        outcome = forms.submit(visit, lambda: self.contacts.add_contact_email(request), ADDRESS)
        if isinstance(outcome, Refused):
            code = outcome.reason.code if outcome.problem else ""
            return self.draw_contact(visit, code=code, values=visit.form, **outcome.context)
        return see_other(path_of(visit), notice="contact_email_added")

    @web("POST", f"{PAGE}/emails/<uuid:email_id>/primary", needs=Permission.CONTACTS_ADMIN)
    def send_contact_primary_email(self, visit: Visit) -> Response:
        request = PromoteContactEmail(contact_id=contact_id(visit), email_id=_email_id(visit))
        return self.do_to_contact(
            visit, lambda: self.contacts.promote_contact_email(request), "contact_email_promoted"
        )

    @web("POST", f"{PAGE}/emails/<uuid:email_id>/removal", needs=Permission.CONTACTS_ADMIN)
    def send_contact_email_removal(self, visit: Visit) -> Response:
        request = RemoveContactEmail(contact_id=contact_id(visit), email_id=_email_id(visit))
        return self.do_to_contact(
            visit, lambda: self.contacts.remove_contact_email(request), "contact_email_removed"
        )


def _email_id(visit: Visit) -> uuid.UUID:
    found: uuid.UUID = visit.request.parameters["email_id"]
    return found

"""Page on which an admin changes the password of a contact."""

from __future__ import annotations

from werkzeug.wrappers import Response

from gateway import forms
from gateway.contacts.contexts import ContactPassword
from gateway.contacts.records import PAGE, ContactRecords, contact_id, path_of
from gateway.forms import Problem, Refused
from gateway.web import Visit, see_other, web
from wire.contacts.people import ContactIsBlocked, ContactIsDeleted
from wire.contacts.portal import SetContactPassword
from wire.identity import PasswordRefused
from wire.permissions import Permission

PASSWORD: forms.Rules = {
    PasswordRefused: forms.Fields(),
    ContactIsBlocked: Problem(),
    ContactIsDeleted: Problem(),
}


class ContactPasswordPages(ContactRecords):
    @web("GET", f"{PAGE}/password", needs=Permission.CONTACTS_ADMIN)
    def show_contact_password(self, visit: Visit) -> Response:
        return visit.draw(ContactPassword, contact=self.contact_of(visit))

    @web("POST", f"{PAGE}/password", needs=Permission.CONTACTS_ADMIN)
    def send_contact_password(self, visit: Visit) -> Response:
        request = SetContactPassword(contact_id=contact_id(visit), password=visit.form.get("password", ""))
        outcome = forms.submit(visit, lambda: self.contacts.set_contact_password(request), PASSWORD)
        if isinstance(outcome, Refused):
            return visit.draw(ContactPassword, contact=self.contact_of(visit), **outcome.context)
        return see_other(path_of(visit), notice="contact_password_set")

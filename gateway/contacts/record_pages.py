"""Pages of one contact: the record, and what is done to the contact from it."""

from __future__ import annotations

from werkzeug.wrappers import Response

from gateway import forms
from gateway.contacts.contexts import ContactDeletion
from gateway.contacts.lists import PATH
from gateway.contacts.records import PAGE, REFUSED, ContactRecords, contact_id
from gateway.forms import Refused
from gateway.web import Visit, see_other, web
from wire.contacts.activation import SendActivation
from wire.contacts.people import DeleteContact, RestoreContact, SettableState, UpdateContact
from wire.permissions import Permission


class ContactRecordPages(ContactRecords):
    @web("GET", PAGE, needs=Permission.CONTACTS_READ)
    def show_contact(self, visit: Visit) -> Response:
        return self.draw_contact(visit)

    @web("POST", f"{PAGE}/activation", needs=Permission.CONTACTS_WRITE)
    def send_activation_from_record(self, visit: Visit) -> Response:
        request = SendActivation(contact_id=contact_id(visit))
        return self.do_to_contact(visit, lambda: self.contacts.send_activation(request), "activation_sent")

    @web("POST", f"{PAGE}/block", needs=Permission.CONTACTS_WRITE)
    def send_contact_block(self, visit: Visit) -> Response:
        request = UpdateContact(contact_id=contact_id(visit), state=SettableState.BLOCKED)
        return self.do_to_contact(visit, lambda: self.contacts.update_contact(request), "contact_blocked")

    @web("POST", f"{PAGE}/unblocking", needs=Permission.CONTACTS_WRITE)
    def send_contact_unblocking(self, visit: Visit) -> Response:
        request = UpdateContact(contact_id=contact_id(visit), state=SettableState.ACTIVE)
        return self.do_to_contact(visit, lambda: self.contacts.update_contact(request), "contact_unblocked")

    @web("POST", f"{PAGE}/restoration", needs=Permission.CONTACTS_WRITE)
    def send_contact_restoration(self, visit: Visit) -> Response:
        request = RestoreContact(contact_id=contact_id(visit))
        return self.do_to_contact(visit, lambda: self.contacts.restore_contact(request), "contact_restored")

    @web("GET", f"{PAGE}/deletion", needs=Permission.CONTACTS_WRITE)
    def show_contact_deletion(self, visit: Visit) -> Response:
        return visit.draw(ContactDeletion, contact=self.contact_of(visit))

    @web("POST", f"{PAGE}/deletion", needs=Permission.CONTACTS_WRITE)
    def send_contact_deletion(self, visit: Visit) -> Response:
        request = DeleteContact(contact_id=contact_id(visit))
        return self.do_to_contact(visit, lambda: self.contacts.delete_contact(request), "contact_deleted")

    @web("POST", f"{PAGE}/permanent-deletion", needs=Permission.CONTACTS_ADMIN)
    def send_contact_permanent_deletion(self, visit: Visit) -> Response:
        request = DeleteContact(contact_id=contact_id(visit), is_permanent=True)
        outcome = forms.submit(visit, lambda: self.contacts.delete_contact(request), REFUSED)
        if isinstance(outcome, Refused):
            return self.draw_contact(visit, code=outcome.reason.code, **outcome.context)
        return see_other(f"{PATH}?state=deleted", notice="contact_deleted_permanently")

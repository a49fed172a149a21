"""Contacts are created, read and listed."""

from __future__ import annotations

from chassis import context
from chassis.rpc import serve
from contacts.entrypoints import ContactsEntrypoints
from contacts.people import addressbook, messages
from wire.contacts import Contacts
from wire.contacts.people import (
    Contact,
    ContactCreated,
    ContactPage,
    CreateContact,
    GetContact,
    ListContacts,
)


class PeopleEntrypoints(ContactsEntrypoints):
    @serve(Contacts.create_contact)
    def create_contact(self, request: CreateContact) -> Contact:
        with self.work() as work:
            row = addressbook.add(work.session, context.require_account_id(), request, now=self.clock.now())
            contact = messages.as_contact(row)
            work.announce(Contacts.contact_created, ContactCreated(contact=contact), aggregate=contact.id)
            self.record(work, "contact_created", contact.id, facts={"name": contact.name})
            return work.answer(contact)

    @serve(Contacts.get_contact)
    def get_contact(self, request: GetContact) -> Contact:
        with self.work() as work:
            return messages.as_contact(
                addressbook.find(work.session, context.require_account_id(), request.contact_id)
            )

    @serve(Contacts.list_contacts)
    def list_contacts(self, request: ListContacts) -> ContactPage:
        with self.work() as work:
            return addressbook.page(work.session, context.require_account_id(), request)

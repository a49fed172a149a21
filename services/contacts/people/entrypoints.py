"""Contacts are created, read and listed."""

from __future__ import annotations

from chassis import context
from chassis.rpc import serve
from contacts.entrypoints import ContactsEntrypoints
from contacts.people import addressbook
from wire.contacts import (
    Contact,
    ContactCreated,
    ContactPage,
    Contacts,
    CreateContact,
    GetContact,
    ListContacts,
)


class PeopleEntrypoints(ContactsEntrypoints):
    @serve(Contacts.create_contact)
    def create_contact(self, request: CreateContact) -> Contact:
        with self.work() as work:
            contact = addressbook.add(
                work.session, context.require_account_id(), request, now=self.clock.now()
            )
            work.announce(Contacts.contact_created, ContactCreated(contact=contact), aggregate=contact.id)
            return work.answer(contact)

    @serve(Contacts.get_contact)
    def get_contact(self, request: GetContact) -> Contact:
        with self.work() as work:
            return addressbook.find(work.session, context.require_account_id(), request.contact_id)

    @serve(Contacts.list_contacts)
    def list_contacts(self, request: ListContacts) -> ContactPage:
        with self.work() as work:
            return addressbook.page(work.session, context.require_account_id(), request)

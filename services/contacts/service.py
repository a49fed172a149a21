"""What does the contacts service answer and announce? This is its table of contents."""

from __future__ import annotations

import uuid

from chassis import context
from chassis.clock import Clock
from chassis.database.work import UnitOfWork
from chassis.rpc import serve
from contacts import addressbook
from wire.contacts import (
    Contact,
    ContactCreated,
    ContactPage,
    Contacts,
    CreateContact,
    GetContact,
    ListContacts,
)


def account_id() -> uuid.UUID:
    """The account that asks."""
    found = context.current().account_id
    if found is None:
        raise LookupError("the call names no account")
    return found


class ContactsService:
    name = Contacts.name
    work = UnitOfWork()
    clock = Clock()

    @serve(Contacts.create_contact)
    def create_contact(self, request: CreateContact) -> Contact:
        with self.work() as work:
            contact = addressbook.add(work.session, account_id(), request, now=self.clock.now())
            work.announce(Contacts.contact_created, ContactCreated(contact=contact), aggregate=contact.id)
            return work.answer(contact)

    @serve(Contacts.get_contact)
    def get_contact(self, request: GetContact) -> Contact:
        with self.work() as work:
            return addressbook.find(work.session, account_id(), request.contact_id)

    @serve(Contacts.list_contacts)
    def list_contacts(self, request: ListContacts) -> ContactPage:
        with self.work() as work:
            return addressbook.page(work.session, account_id(), request)

"""Operations of an account's contacts."""

from __future__ import annotations

from werkzeug.wrappers import Response

from chassis.rpc import Client
from gateway import paging
from gateway.api import Call, Created, api
from wire.contacts import Contacts
from wire.contacts.people import (
    Contact,
    ContactEmailInUse,
    ContactEmailInvalid,
    ContactPage,
    CreateContact,
    GetContact,
    ListContacts,
)
from wire.permissions import Permission


class ContactsApi:
    contacts = Client(Contacts)

    @api(
        "POST",
        "/v1/contacts",
        summary="Add a contact",
        tag="Contacts",
        body=CreateContact,
        answer=Contact,
        status=201,
        needs=Permission.CONTACTS_WRITE,
        refuses=Contacts.create_contact.refuses,
        pointers={ContactEmailInvalid: "/email", ContactEmailInUse: "/email"},
    )
    def create_contact(self, call: Call[CreateContact]) -> Created:
        contact = self.contacts.create_contact(call.body)
        return Created(message=contact, location=f"/v1/contacts/{contact.id}")

    @api(
        "GET",
        "/v1/contacts",
        summary="List contacts in order of name, a page at a time",
        tag="Contacts",
        query=ListContacts,
        answer=ContactPage,
        needs=Permission.CONTACTS_READ,
        refuses=Contacts.list_contacts.refuses,
    )
    def list_contacts(self, call: Call[ListContacts]) -> Response:
        found = self.contacts.list_contacts(call.body)
        return paging.answer(call, found, found.next_cursor)

    @api(
        "GET",
        "/v1/contacts/<uuid:contact_id>",
        summary="Read a contact",
        tag="Contacts",
        answer=Contact,
        needs=Permission.CONTACTS_READ,
        refuses=Contacts.get_contact.refuses,
    )
    def get_contact(self, call: Call[None]) -> Contact:
        return self.contacts.get_contact(GetContact(contact_id=call.parameters["contact_id"]))

"""Operations of an account's contacts."""

from __future__ import annotations

import dataclasses

from werkzeug.wrappers import Response

from chassis.rpc import Client
from gateway import callers, paging, preconditions
from gateway.api import Call, Created, api
from gateway.contacts.bodies import ContactChange, ContactDeletion, ContactMatch
from wire.absent import ABSENT, given
from wire.contacts import Contacts
from wire.contacts.people import (
    Contact,
    ContactPage,
    CreateContact,
    DeleteContact,
    GetContact,
    ListContacts,
    PutContact,
    RestoreContact,
    UpdateContact,
)
from wire.contract import Nothing, Refusal
from wire.permissions import Permission


class ContactsApi:
    contacts = Client(Contacts)

    @api(
        "POST",
        "/v1/contacts",
        summary="Add a contact: a name, and one at least of email, phone, mobile and external id",
        tag="Contacts",
        body=CreateContact,
        answer=Contact,
        status=201,
        needs=Permission.CONTACTS_WRITE,
        refuses=Contacts.create_contact.refuses,
    )
    def create_contact(self, call: Call[CreateContact]) -> Created:
        contact = self.contacts.create_contact(call.body)
        return Created(message=contact, location=_location(contact))

    @api(
        "POST",
        "/v1/contacts/create-or-update",
        summary="Add a contact, or update the one with the same email address or external id",
        tag="Contacts",
        body=ContactMatch,
        answer=Contact,
        may_create=True,
        needs=Permission.CONTACTS_WRITE,
        refuses=Contacts.put_contact.refuses,
    )
    def put_contact(self, call: Call[ContactMatch]) -> Response:
        request = PutContact(
            match_by=call.body.match_by,
            contact=call.body.contact,
            may_change_emails=Permission.CONTACTS_ADMIN in call.who.permissions,
        )
        try:
            result = self.contacts.put_contact(request)
        except Refusal as refusal:
            raise _within(refusal, "/contact") from None
        response = preconditions.answer(call, result.contact, result.contact.version)
        response.status_code = 201 if result.is_new else 200
        response.headers["Location"] = _location(result.contact)
        return response

    @api(
        "GET",
        "/v1/contacts",
        summary="List contacts, filtered, searched and in order, a page at a time",
        tag="Contacts",
        query=ListContacts,
        answer=ContactPage,
        needs=Permission.CONTACTS_READ,
        refuses=Contacts.list_contacts.refuses,
    )
    def list_contacts(self, call: Call[ListContacts]) -> Response:
        found = self.contacts.list_contacts(call.body)
        return paging.answer(call, found, found.next_cursor, previous_cursor=found.previous_cursor)

    @api(
        "GET",
        "/v1/contacts/<uuid:contact_id>",
        summary="Read a contact",
        tag="Contacts",
        answer=Contact,
        needs=Permission.CONTACTS_READ,
        refuses=Contacts.get_contact.refuses,
        is_versioned=True,
    )
    def get_contact(self, call: Call[None]) -> Response:
        contact = self.contacts.get_contact(GetContact(contact_id=call.parameters["contact_id"]))
        return preconditions.answer(call, contact, contact.version)

    @api(
        "PATCH",
        "/v1/contacts/<uuid:contact_id>",
        summary="Change a contact, block or unblock it, in one save; another `email` needs `contacts:admin`",
        tag="Contacts",
        body=ContactChange,
        answer=Contact,
        needs=Permission.CONTACTS_WRITE,
        refuses=Contacts.update_contact.refuses,
        is_versioned=True,
    )
    def update_contact(self, call: Call[ContactChange]) -> Response:
        if call.body.email is not ABSENT:
            callers.check(call.who, Permission.CONTACTS_ADMIN)
        (version,) = preconditions.expected(call.request)
        contact = self.contacts.update_contact(
            UpdateContact(contact_id=call.parameters["contact_id"], version=version, **given(call.body))
        )
        return preconditions.answer(call, contact, contact.version)

    @api(
        "DELETE",
        "/v1/contacts/<uuid:contact_id>",
        summary="Delete a contact, which can be restored; `permanent` deletes it for good and needs `contacts:admin`",
        tag="Contacts",
        query=ContactDeletion,
        status=204,
        needs=Permission.CONTACTS_WRITE,
        refuses=Contacts.delete_contact.refuses,
    )
    def delete_contact(self, call: Call[ContactDeletion]) -> Nothing:
        if call.body.permanent:
            callers.check(call.who, Permission.CONTACTS_ADMIN)
        return self.contacts.delete_contact(
            DeleteContact(
                contact_id=call.parameters["contact_id"],
                is_permanent=call.body.permanent,
                is_forced=call.body.force,
            )
        )

    @api(
        "POST",
        "/v1/contacts/<uuid:contact_id>/restore",
        summary="Restore a deleted contact: it is again what it was before",
        tag="Contacts",
        answer=Contact,
        needs=Permission.CONTACTS_WRITE,
        refuses=Contacts.restore_contact.refuses,
    )
    def restore_contact(self, call: Call[None]) -> Response:
        contact = self.contacts.restore_contact(RestoreContact(contact_id=call.parameters["contact_id"]))
        return preconditions.answer(call, contact, contact.version)


def _location(contact: Contact) -> str:
    return f"/v1/contacts/{contact.id}"


def _within(refusal: Refusal, place: str) -> Refusal:
    """The refusal with pointers into a body of which the refused thing is a part."""
    refusal.errors = tuple(
        dataclasses.replace(error, pointer=place + error.pointer) for error in refusal.errors
    )
    return refusal

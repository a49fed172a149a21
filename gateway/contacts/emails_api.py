"""Operations of a contact's addresses."""

from __future__ import annotations

from werkzeug.wrappers import Response

from chassis.rpc import Client
from gateway import preconditions
from gateway.api import Call, Created, api
from gateway.contacts.bodies import NewContactEmail
from wire.contacts import Contacts
from wire.contacts.addresses import AddContactEmail, PromoteContactEmail, RemoveContactEmail
from wire.contacts.people import Contact, ContactEmail
from wire.contract import Nothing
from wire.permissions import Permission


class ContactEmailsApi:
    contacts = Client(Contacts)

    @api(
        "POST",
        "/v1/contacts/<uuid:contact_id>/emails",
        summary="Give a contact one more address; up to ten, one of them primary",
        tag="Contacts",
        body=NewContactEmail,
        answer=ContactEmail,
        status=201,
        needs=Permission.CONTACTS_ADMIN,
        refuses=Contacts.add_contact_email.refuses,
    )
    def add_contact_email(self, call: Call[NewContactEmail]) -> Created:
        contact_id = call.parameters["contact_id"]
        email = self.contacts.add_contact_email(
            AddContactEmail(contact_id=contact_id, email=call.body.email, is_confirmed=call.body.is_confirmed)
        )
        return Created(message=email, location=f"/v1/contacts/{contact_id}")

    @api(
        "PUT",
        "/v1/contacts/<uuid:contact_id>/emails/<uuid:email_id>/primary",
        summary="Make an address the primary one; the primary one becomes a secondary, at the same moment",
        tag="Contacts",
        answer=Contact,
        needs=Permission.CONTACTS_ADMIN,
        refuses=Contacts.promote_contact_email.refuses,
    )
    def promote_contact_email(self, call: Call[None]) -> Response:
        contact = self.contacts.promote_contact_email(PromoteContactEmail(**call.parameters))
        return preconditions.answer(call, contact, contact.version)

    @api(
        "DELETE",
        "/v1/contacts/<uuid:contact_id>/emails/<uuid:email_id>",
        summary="Remove a secondary address; the links that went to it end",
        tag="Contacts",
        status=204,
        needs=Permission.CONTACTS_ADMIN,
        refuses=Contacts.remove_contact_email.refuses,
    )
    def remove_contact_email(self, call: Call[None]) -> Nothing:
        return self.contacts.remove_contact_email(RemoveContactEmail(**call.parameters))

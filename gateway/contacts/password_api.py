"""The operation to set a contact's password."""

from __future__ import annotations

from chassis.rpc import Client
from gateway.api import Call, api
from gateway.contacts.password_bodies import ContactPassword
from wire.contacts import Contacts
from wire.contacts.portal import SetContactPassword
from wire.contract import Nothing
from wire.permissions import Permission


class ContactPasswordApi:
    contacts = Client(Contacts)

    @api(
        "PUT",
        "/v1/contacts/<uuid:contact_id>/password",
        summary="Set a contact's password: it is verified by that, and has to choose another one at its next log-in",
        tag="Contacts",
        body=ContactPassword,
        status=204,
        needs=Permission.CONTACTS_ADMIN,
        refuses=Contacts.set_contact_password.refuses,
    )
    def set_contact_password(self, call: Call[ContactPassword]) -> Nothing:
        return self.contacts.set_contact_password(
            SetContactPassword(contact_id=call.parameters["contact_id"], password=call.body.password)
        )

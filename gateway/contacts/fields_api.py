"""Operations of the custom fields that an account has defined for its contacts."""

from __future__ import annotations

from chassis.rpc import Client
from gateway.api import Call, Created, api
from gateway.contacts.bodies import ContactFieldChange
from wire.contacts import Contacts
from wire.contacts.custom_fields import (
    ContactField,
    ContactFieldList,
    CreateContactField,
    DeleteContactField,
    ListContactFields,
    UpdateContactField,
)
from wire.contract import Nothing
from wire.permissions import Permission


class ContactFieldsApi:
    contacts = Client(Contacts)

    @api(
        "GET",
        "/v1/contact-fields",
        summary="List the account’s own fields of contacts",
        tag="Contact fields",
        answer=ContactFieldList,
        needs=Permission.CONTACTS_READ,
    )
    def list_contact_fields(self, call: Call[None]) -> ContactFieldList:  # the account is the caller's
        return self.contacts.list_contact_fields(ListContactFields())

    @api(
        "POST",
        "/v1/contact-fields",
        summary="Define a field: text, number, date, choice or checkbox",
        tag="Contact fields",
        body=CreateContactField,
        answer=ContactField,
        status=201,
        needs=Permission.CONTACTS_ADMIN,
        refuses=Contacts.create_contact_field.refuses,
    )
    def create_contact_field(self, call: Call[CreateContactField]) -> Created:
        field = self.contacts.create_contact_field(call.body)
        return Created(message=field, location="/v1/contact-fields")

    @api(
        "PATCH",
        "/v1/contact-fields/<uuid:field_id>",
        summary="Change a field’s label or its choices",
        tag="Contact fields",
        body=ContactFieldChange,
        answer=ContactField,
        needs=Permission.CONTACTS_ADMIN,
        refuses=Contacts.update_contact_field.refuses,
    )
    def update_contact_field(self, call: Call[ContactFieldChange]) -> ContactField:
        change, field_id = call.body, call.parameters["field_id"]
        return self.contacts.update_contact_field(
            UpdateContactField(field_id=field_id, label=change.label, choices=change.choices)
        )

    @api(
        "DELETE",
        "/v1/contact-fields/<uuid:field_id>",
        summary="Delete a field, and its values of every contact",
        tag="Contact fields",
        status=204,
        needs=Permission.CONTACTS_ADMIN,
        refuses=Contacts.delete_contact_field.refuses,
    )
    def delete_contact_field(self, call: Call[None]) -> Nothing:
        return self.contacts.delete_contact_field(DeleteContactField(field_id=call.parameters["field_id"]))

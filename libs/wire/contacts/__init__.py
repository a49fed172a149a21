"""The contract of the contacts service: an account's customers, their activation and their portal."""

from __future__ import annotations

from wire.contacts import audit, people
from wire.contract import Contract, Event, Rpc
from wire.cursors import CursorInvalid


class Contacts(Contract):
    name = "contacts"

    create_contact = Rpc(
        people.CreateContact,
        people.Contact,
        refuses=(people.ContactEmailInUse, people.ContactEmailInvalid),
        is_write=True,
    )
    get_contact = Rpc(
        people.GetContact, people.Contact, refuses=(people.ContactNotFound,), timeout_seconds=2.0
    )
    list_contacts = Rpc(people.ListContacts, people.ContactPage, refuses=(CursorInvalid,))

    contact_created = Event(people.ContactCreated)
    audit_recorded = Event(audit.AuditRecorded, is_owed=True)

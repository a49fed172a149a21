"""Custom fields are listed, defined, changed and deleted."""

from __future__ import annotations

from chassis import context
from chassis.rpc import serve
from contacts.custom_fields import custom_fields, definitions
from contacts.entrypoints import ContactsEntrypoints
from wire.contacts import Contacts
from wire.contacts.custom_fields import (
    ContactField,
    ContactFieldList,
    CreateContactField,
    DeleteContactField,
    ListContactFields,
    UpdateContactField,
)
from wire.contract import JsonValue, Nothing

KIND = "contact_field"


class CustomFieldEntrypoints(ContactsEntrypoints):
    @serve(Contacts.list_contact_fields)
    def list_contact_fields(self, request: ListContactFields) -> ContactFieldList:  # of the context's account
        with self.work() as work:
            rows = custom_fields.defined(work.session, context.require_account_id())
            return ContactFieldList(data=tuple(definitions.as_field(row) for row in rows))

    @serve(Contacts.create_contact_field)
    def create_contact_field(self, request: CreateContactField) -> ContactField:
        account_id, now = context.require_account_id(), self.clock.now()
        with self.work() as work:
            row = definitions.create(work.session, account_id, request, now=now)
            facts = {"name": row.label, "key": row.key, "kind": row.kind}
            self.record(work, "contact_field_created", row.id, facts=facts, kind=KIND)
            return work.answer(definitions.as_field(row))

    @serve(Contacts.update_contact_field)
    def update_contact_field(self, request: UpdateContactField) -> ContactField:
        with self.work() as work:
            row, change = definitions.change(work.session, context.require_account_id(), request)
            if change:
                facts: dict[str, JsonValue] = {"name": row.label, "previous": dict(change.previous)}
                self.record(work, "contact_field_updated", row.id, facts=facts, kind=KIND)
            return work.answer(definitions.as_field(row))

    @serve(Contacts.delete_contact_field)
    def delete_contact_field(self, request: DeleteContactField) -> Nothing:
        account_id, now = context.require_account_id(), self.clock.now()
        with self.work() as work:
            row = definitions.remove(work.session, account_id, request.field_id, now=now)
            facts = {"name": row.label, "key": row.key, "kind": row.kind}
            self.record(work, "contact_field_deleted", row.id, facts=facts, kind=KIND)
            return work.answer(Nothing())

"""Contacts are created, read, listed, changed, deleted and restored."""

from __future__ import annotations

from chassis import context
from chassis.database.work import Work
from chassis.rpc import serve
from contacts.activation.sender import ActivationSender
from contacts.people import addressbook, lifecycle, listing, matching, messages, updates
from contacts.people.changes import Change
from contacts.people.changing import ContactChanging
from contacts.people.models import ContactRow
from contacts.portal.sessions import SessionEnd
from contacts.tenants.models import TenantRow
from wire.contacts import Contacts
from wire.contacts.people import (
    Contact,
    ContactBlocked,
    ContactCount,
    ContactCreated,
    ContactDeleted,
    ContactPage,
    ContactRestored,
    ContactState,
    ContactUnblocked,
    ContactUpdated,
    CountContacts,
    CreateContact,
    DeleteContact,
    GetContact,
    ListContacts,
    PutContact,
    PutContactResult,
    RestoreContact,
    UpdateContact,
)
from wire.contract import Nothing


class PeopleEntrypoints(ContactChanging, ActivationSender):
    @serve(Contacts.create_contact)
    def create_contact(self, request: CreateContact) -> Contact:
        self.know_country(request.phone, request.mobile)
        tenant = self.tenant_to_activate_for(request.send_activation)
        with self.work() as work:
            row = addressbook.add(work.session, context.require_account_id(), request, now=self.clock.now())
            return work.answer(self._created(work, row, request, tenant))

    @serve(Contacts.put_contact)
    def put_contact(self, request: PutContact) -> PutContactResult:
        self.know_country(request.contact.phone, request.contact.mobile)
        tenant = self.tenant_to_activate_for(request.contact.send_activation)
        with self.work() as work:
            put = matching.put(work.session, context.require_account_id(), request, now=self.clock.now())
            if put.is_new:
                contact = self._created(work, put.row, request.contact, tenant)
            else:
                contact = self._updated(work, put.row, put.change)
            return work.answer(PutContactResult(contact=contact, is_new=put.is_new))

    @serve(Contacts.get_contact)
    def get_contact(self, request: GetContact) -> Contact:
        with self.work() as work:
            return messages.as_contact(
                addressbook.find(work.session, context.require_account_id(), request.contact_id)
            )

    @serve(Contacts.list_contacts)
    def list_contacts(self, request: ListContacts) -> ContactPage:
        with self.work() as work:
            return listing.page(work.session, context.require_account_id(), request)

    @serve(Contacts.count_contacts)
    def count_contacts(self, request: CountContacts) -> ContactCount:
        with self.work() as work:
            return listing.count(work.session, context.require_account_id(), request)

    @serve(Contacts.update_contact)
    def update_contact(self, request: UpdateContact) -> Contact:
        self.know_country(request.phone, request.mobile)
        with self.work() as work:
            row = addressbook.lock(work.session, context.require_account_id(), request.contact_id)
            change = updates.update(work.session, row, request, now=self.clock.now())
            return work.answer(self._updated(work, row, change))

    @serve(Contacts.delete_contact)
    def delete_contact(self, request: DeleteContact) -> Nothing:
        with self.work() as work:
            row = addressbook.lock(work.session, context.require_account_id(), request.contact_id)
            if request.is_permanent:
                self._delete_permanently(work, row, is_forced=request.is_forced)
            else:
                self._delete_softly(work, row)
            return work.answer(Nothing())

    @serve(Contacts.restore_contact)
    def restore_contact(self, request: RestoreContact) -> Contact:
        with self.work() as work:
            row = addressbook.lock(work.session, context.require_account_id(), request.contact_id)
            change = lifecycle.restore(work.session, row, now=self.clock.now())
            contact = messages.as_contact(row)
            if change:
                work.announce(
                    Contacts.contact_restored,
                    ContactRestored(contact=contact),
                    aggregate=row.id,
                    previous=change.previous,
                )
                self.record(work, "contact_restored", row.id, facts={"name": row.name})
            return work.answer(contact)

    def _created(
        self, work: Work, row: ContactRow, request: CreateContact, tenant: TenantRow | None
    ) -> Contact:
        """Tell of a new contact, and send the activation mail that it is to get."""
        contact = messages.as_contact(row)
        work.announce(Contacts.contact_created, ContactCreated(contact=contact), aggregate=row.id)
        self.record(work, "contact_created", row.id, facts={"name": row.name})
        self.activate_new(work, tenant, row, wish=request.send_activation)
        return messages.as_contact(row)

    def _updated(self, work: Work, row: ContactRow, change: Change) -> Contact:
        """Tell of one save: one event, and none where nothing changed."""
        contact = messages.as_contact(row)
        if not change:
            return contact
        self.shut_out(work, row, change)
        if contact.state is ContactState.BLOCKED:
            work.announce(
                Contacts.contact_blocked,
                ContactBlocked(contact=contact),
                aggregate=row.id,
                previous=change.previous,
            )
            self.record(work, "contact_blocked", row.id, facts=change.facts(row))
        elif change.previous.get("state") == ContactState.BLOCKED.value:
            work.announce(
                Contacts.contact_unblocked,
                ContactUnblocked(contact=contact),
                aggregate=row.id,
                previous=change.previous,
            )
            self.record(work, "contact_unblocked", row.id, facts=change.facts(row))
        else:
            work.announce(
                Contacts.contact_updated,
                ContactUpdated(contact=contact),
                aggregate=row.id,
                previous=change.previous,
            )
            self.record(work, "contact_updated", row.id, facts=change.facts(row))
        return contact

    def _delete_softly(self, work: Work, row: ContactRow) -> None:
        change = lifecycle.delete_softly(work.session, row, now=self.clock.now())
        if change:
            self.shut_out(work, row, change)
            work.announce(
                Contacts.contact_deleted,
                ContactDeleted(contact=messages.as_contact(row)),
                aggregate=row.id,
                previous=change.previous,
            )
            self.record(work, "contact_deleted", row.id, facts={"name": row.name, "email": row.email})

    def _delete_permanently(self, work: Work, row: ContactRow, *, is_forced: bool) -> None:
        contact = messages.as_contact(row)
        self.end_portal_sessions(work, row, reason=SessionEnd.DELETED)
        lifecycle.delete_permanently(work.session, row, is_forced=is_forced)
        work.announce(
            Contacts.contact_deleted,
            ContactDeleted(contact=contact, is_permanent=True),
            aggregate=contact.id,
            previous={"state": contact.state.value},
        )
        self.record(work, "contact_deleted_permanently", contact.id, facts={"name": contact.name})

"""Addresses of a contact are added, promoted and removed."""

from __future__ import annotations

import uuid

from chassis import context
from chassis.database.work import Work
from chassis.rpc import serve
from contacts.addresses import addresses
from contacts.addresses.addresses import Address
from contacts.people import addressbook, changes, messages, updates
from contacts.people.changing import ContactChanging
from contacts.people.models import ContactRow
from wire.contacts import Contacts
from wire.contacts.addresses import (
    AddContactEmail,
    ContactEmailAdded,
    ContactEmailPromoted,
    ContactEmailRemoved,
    PromoteContactEmail,
    RemoveContactEmail,
)
from wire.contacts.people import Contact, ContactEmail
from wire.contract import JsonValue, Nothing


class AddressEntrypoints(ContactChanging):
    @serve(Contacts.add_contact_email)
    def add_contact_email(self, request: AddContactEmail) -> ContactEmail:
        now = self.clock.now()
        with self.work() as work:
            row = _open(work, request.contact_id)
            before, was = addresses.listed(row), row.email
            [added] = addresses.add(
                work.session,
                row,
                [Address.of(request.email)],
                now=now,
                confirmed_at=now if request.is_confirmed else None,
            )
            previous: dict[str, JsonValue] = {"emails": before}
            if row.email != was:
                previous["email"] = was
            change = changes.saved(work.session, row, previous, now=now)
            email = messages.as_email(added)
            work.announce(
                Contacts.contact_email_added,
                ContactEmailAdded(contact=messages.as_contact(row), email=email),
                aggregate=row.id,
                previous=change.previous,
            )
            self._record_email(work, "contact_email_added", row, email)
            return work.answer(email)

    @serve(Contacts.promote_contact_email)
    def promote_contact_email(self, request: PromoteContactEmail) -> Contact:
        with self.work() as work:
            row = _open(work, request.contact_id)
            email, was = addresses.find(row, request.email_id), row.email
            if email.is_primary:
                return work.answer(messages.as_contact(row))
            addresses.promote(work.session, row, email)
            change = changes.saved(work.session, row, {"email": was}, now=self.clock.now())
            self.shut_out(work, row, change)
            contact = messages.as_contact(row)
            work.announce(
                Contacts.contact_email_promoted,
                ContactEmailPromoted(contact=contact, email=messages.as_email(email)),
                aggregate=row.id,
                previous=change.previous,
            )
            facts = change.facts(row)
            self.record(work, "contact_email_promoted", row.id, facts=facts)
            return work.answer(contact)

    @serve(Contacts.remove_contact_email)
    def remove_contact_email(self, request: RemoveContactEmail) -> Nothing:
        with self.work() as work:
            row = _open(work, request.contact_id)
            found, before = addresses.find(row, request.email_id), addresses.listed(row)
            email = messages.as_email(found)
            addresses.remove(work.session, row, found)
            change = changes.saved(work.session, row, {"emails": before}, now=self.clock.now())
            work.announce(
                Contacts.contact_email_removed,
                ContactEmailRemoved(contact=messages.as_contact(row), email=email),
                aggregate=row.id,
                previous=change.previous,
            )
            self._record_email(work, "contact_email_removed", row, email)
            return work.answer(Nothing())

    def _record_email(self, work: Work, action: str, row: ContactRow, email: ContactEmail) -> None:
        self.record(work, action, row.id, facts={"name": row.name, "email": email.email})


def _open(work: Work, contact_id: uuid.UUID) -> ContactRow:
    """The contact, locked, and neither deleted nor blocked."""
    row = addressbook.lock(work.session, context.require_account_id(), contact_id)
    updates.require_open(row)
    return row

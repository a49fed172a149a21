"""A contact's own data, read and changed by itself."""

from __future__ import annotations

from chassis import context
from chassis.rpc import serve
from contacts.people import addressbook
from contacts.people import messages as people_messages
from contacts.portal import messages, portals
from contacts.portal.login import PortalLogin
from contacts.portal_profile import own_data
from wire.contacts import Contacts
from wire.contacts.people import ContactUpdated
from wire.contacts.portal import GetPortalMe, PortalContact, UpdatePortalMe
from wire.contract import JsonValue


class PortalProfileEntrypoints(PortalLogin):
    @serve(Contacts.get_portal_me)
    def get_portal_me(self, request: GetPortalMe) -> PortalContact:  # who asks is in the context
        with self.work() as work:
            row = own_data.find(work.session, context.require_account_id(), context.current().contact_id)
            return messages.as_portal_contact(row)

    @serve(Contacts.update_portal_me)
    def update_portal_me(self, request: UpdatePortalMe) -> PortalContact:
        """All of it or nothing; one save is one event."""
        account_id, now = context.require_account_id(), self.clock.now()
        with self.work() as work:
            tenant = portals.of_account(work.session, account_id)
            found = own_data.find(work.session, account_id, context.current().contact_id)
            row = addressbook.lock(work.session, account_id, found.id)
            previous = own_data.update(row, request, tenant, now=now)
            if previous:
                work.announce(
                    Contacts.contact_updated,
                    ContactUpdated(contact=people_messages.as_contact(row)),
                    aggregate=row.id,
                    previous=previous,
                )
                facts: dict[str, JsonValue] = {
                    "name": row.name,
                    "changed": list(previous),
                    "previous": previous,
                }
                self.record(work, "contact_updated", row.id, facts=facts, by=self.being(row))
            return work.answer(messages.as_portal_contact(row))

"""The contacts service: the topics whose entrypoints it answers with."""

from __future__ import annotations

from contacts.people.entrypoints import PeopleEntrypoints
from contacts.portal.entrypoints import PortalEntrypoints
from contacts.tenants.entrypoints import TenantEntrypoints
from wire.contacts import Contacts


class ContactsService(PeopleEntrypoints, TenantEntrypoints, PortalEntrypoints):
    name = Contacts.name

"""The contacts service: the topics whose entrypoints it answers with."""

from __future__ import annotations

from contacts.people.entrypoints import PeopleEntrypoints
from wire.contacts import Contacts


class ContactsService(PeopleEntrypoints):
    name = Contacts.name

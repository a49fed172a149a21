"""The contacts service: the topics whose entrypoints it answers with."""

from __future__ import annotations

from contacts.account_settings.entrypoints import AccountSettingsEntrypoints
from contacts.activation.entrypoints import ActivationEntrypoints
from contacts.addresses.entrypoints import AddressEntrypoints
from contacts.custom_fields.entrypoints import CustomFieldEntrypoints
from contacts.people.entrypoints import PeopleEntrypoints
from contacts.portal.entrypoints import PortalEntrypoints
from contacts.tenants.entrypoints import TenantEntrypoints
from wire.contacts import Contacts


class ContactsService(
    PeopleEntrypoints,
    AddressEntrypoints,
    CustomFieldEntrypoints,
    ActivationEntrypoints,
    AccountSettingsEntrypoints,
    TenantEntrypoints,
    PortalEntrypoints,
):
    name = Contacts.name

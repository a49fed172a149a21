"""The contacts service: the topics whose entrypoints it answers with."""

from __future__ import annotations

from contacts.account_settings.entrypoints import AccountSettingsEntrypoints
from contacts.activation.entrypoints import ActivationEntrypoints
from contacts.addresses.entrypoints import AddressEntrypoints
from contacts.custom_fields.entrypoints import CustomFieldEntrypoints
from contacts.email_requests.entrypoints import EmailRequestEntrypoints
from contacts.jobs.entrypoints import JobEntrypoints
from contacts.people.entrypoints import PeopleEntrypoints
from contacts.portal.entrypoints import PortalEntrypoints
from contacts.portal_passwords.entrypoints import PortalPasswordEntrypoints
from contacts.portal_profile.entrypoints import PortalProfileEntrypoints
from contacts.retention.entrypoints import RetentionEntrypoints
from contacts.tenants.entrypoints import TenantEntrypoints
from wire.contacts import Contacts


class ContactsService(
    PeopleEntrypoints,
    AddressEntrypoints,
    CustomFieldEntrypoints,
    ActivationEntrypoints,
    AccountSettingsEntrypoints,
    JobEntrypoints,
    RetentionEntrypoints,
    TenantEntrypoints,
    PortalEntrypoints,
    PortalProfileEntrypoints,
    PortalPasswordEntrypoints,
    EmailRequestEntrypoints,
):
    name = Contacts.name

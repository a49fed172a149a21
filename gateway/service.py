"""The gateway service: the areas that it consists of, their operations for programs and their pages for people."""

from __future__ import annotations

from gateway.account_settings.api import AccountSettingsApi
from gateway.account_settings.pages import AccountSettingsPages
from gateway.api_keys.api import ApiKeysApi
from gateway.api_keys.pages import ApiKeysPages
from gateway.audit_log.api import AuditLogApi
from gateway.audit_log.pages import AuditLogPages
from gateway.billing.api import BillingApi
from gateway.cancellation.api import CancellationApi
from gateway.cancellation.pages import CancellationPages
from gateway.contact_fields.pages import ContactFieldsPages
from gateway.contacts.activation_api import ContactActivationApi
from gateway.contacts.address_pages import ContactAddressPages
from gateway.contacts.api import ContactsApi
from gateway.contacts.emails_api import ContactEmailsApi
from gateway.contacts.fields_api import ContactFieldsApi
from gateway.contacts.form_pages import ContactFormPages
from gateway.contacts.job_pages import ContactJobPages
from gateway.contacts.jobs_api import ContactJobsApi
from gateway.contacts.pages import ContactsPages
from gateway.contacts.password_api import ContactPasswordApi
from gateway.contacts.password_pages import ContactPasswordPages
from gateway.contacts.record_pages import ContactRecordPages
from gateway.email_changes.api import EmailChangesApi
from gateway.email_changes.pages import EmailChangesPages
from gateway.login.pages import LoginPages
from gateway.mailbox.pages import MailboxPages
from gateway.my_account.pages import MyAccountPages
from gateway.passwords.api import PasswordsApi
from gateway.passwords.pages import PasswordsPages
from gateway.portal.api import PortalApi
from gateway.portal.entrance import PortalEntrancePages
from gateway.portal.pages import PortalPages
from gateway.profile.api import ProfileApi
from gateway.profile.pages import ProfilePages
from gateway.reactivation.api import ReactivationApi
from gateway.reactivation.pages import ReactivationPages
from gateway.second_factor.api import SecondFactorApi
from gateway.second_factor.pages import SecondFactorPages
from gateway.sessions.api import SessionsApi
from gateway.sessions.pages import SessionsPages
from gateway.signup.api import SignupApi
from gateway.signup.pages import SignupPages
from gateway.support.api import SupportApi
from gateway.support.pages import SupportPages
from gateway.system.pages import SystemPages
from gateway.users.api import UsersApi
from gateway.users.pages import UsersPages


class GatewayService(
    SignupApi,
    SessionsApi,
    PasswordsApi,
    ProfileApi,
    SecondFactorApi,
    UsersApi,
    EmailChangesApi,
    ApiKeysApi,
    AuditLogApi,
    CancellationApi,
    ReactivationApi,
    SupportApi,
    BillingApi,
    ContactsApi,
    ContactPasswordApi,
    PortalApi,
    ContactActivationApi,
    ContactJobsApi,
    AccountSettingsApi,
    ContactEmailsApi,
    ContactFieldsApi,
    AuditLogPages,
    SignupPages,
    LoginPages,
    PasswordsPages,
    MyAccountPages,
    ProfilePages,
    EmailChangesPages,
    SessionsPages,
    ApiKeysPages,
    CancellationPages,
    ReactivationPages,
    SupportPages,
    SecondFactorPages,
    UsersPages,
    AccountSettingsPages,
    ContactFieldsPages,
    ContactAddressPages,
    ContactFormPages,
    ContactJobPages,
    ContactsPages,
    ContactPasswordPages,
    ContactRecordPages,
    MailboxPages,
    PortalEntrancePages,
    PortalPages,
    SystemPages,
):
    name = "gateway"

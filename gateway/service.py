"""What does the gateway answer? Its chapters stand in `resources/`: operations for programs, pages for people."""

from __future__ import annotations

from gateway.resources.api_keys_api import ApiKeysApi
from gateway.resources.api_keys_pages import ApiKeysPages
from gateway.resources.audit_api import AuditApi
from gateway.resources.audit_pages import AuditPages
from gateway.resources.billing_api import BillingApi
from gateway.resources.cancellation_api import CancellationApi
from gateway.resources.cancellation_pages import CancellationPages
from gateway.resources.contacts_api import ContactsApi
from gateway.resources.email_change_api import EmailChangeApi
from gateway.resources.email_change_pages import EmailChangePages
from gateway.resources.entry_api import EntryApi
from gateway.resources.entry_pages import EntryPages
from gateway.resources.log_in_pages import LogInPages
from gateway.resources.machines import Machines
from gateway.resources.mailbox import MailboxPages
from gateway.resources.my_account import MyAccountPages
from gateway.resources.password_pages import PasswordPages
from gateway.resources.passwords_api import PasswordsApi
from gateway.resources.profile_api import ProfileApi
from gateway.resources.profile_pages import ProfilePages
from gateway.resources.reactivation_api import ReactivationApi
from gateway.resources.reactivation_pages import ReactivationPages
from gateway.resources.second_factor_api import SecondFactorApi
from gateway.resources.second_factor_pages import SecondFactorPages
from gateway.resources.sessions_api import SessionsApi
from gateway.resources.sessions_pages import SessionsPages
from gateway.resources.support_api import SupportApi
from gateway.resources.support_pages import SupportPages
from gateway.resources.users_api import UsersApi
from gateway.resources.users_pages import UsersPages


class GatewayService(
    EntryApi,
    SessionsApi,
    PasswordsApi,
    ProfileApi,
    SecondFactorApi,
    UsersApi,
    EmailChangeApi,
    ApiKeysApi,
    AuditApi,
    CancellationApi,
    ReactivationApi,
    SupportApi,
    BillingApi,
    ContactsApi,
    AuditPages,
    EntryPages,
    LogInPages,
    PasswordPages,
    MyAccountPages,
    ProfilePages,
    EmailChangePages,
    SessionsPages,
    ApiKeysPages,
    CancellationPages,
    ReactivationPages,
    SupportPages,
    SecondFactorPages,
    UsersPages,
    MailboxPages,
    Machines,
):
    name = "gateway"

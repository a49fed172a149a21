"""The accounts service: its entrypoint classes, a topic each."""

from __future__ import annotations

from accounts.account_status.entrypoints import AccountStatusEntrypoints
from accounts.activation.entrypoints import ActivationEntrypoints
from accounts.api_keys.entrypoints import ApiKeyEntrypoints
from accounts.audit_log.entrypoints import AuditLogEntrypoints
from accounts.cancellation.entrypoints import CancellationEntrypoints
from accounts.email_changes.entrypoints import EmailChangeEntrypoints
from accounts.email_tokens.entrypoints import EmailTokenEntrypoints
from accounts.passwords.entrypoints import PasswordEntrypoints
from accounts.profile.entrypoints import ProfileEntrypoints
from accounts.reactivation.entrypoints import ReactivationEntrypoints
from accounts.retention.entrypoints import RetentionEntrypoints
from accounts.second_factor.entrypoints import SecondFactorEntrypoints
from accounts.sessions.entrypoints import SessionEntrypoints
from accounts.signup.entrypoints import SignupEntrypoints
from accounts.trials.entrypoints import TrialEntrypoints
from accounts.users.entrypoints import UserEntrypoints
from wire.accounts import Accounts


class AccountsService(
    ApiKeyEntrypoints,
    AuditLogEntrypoints,
    SignupEntrypoints,
    ActivationEntrypoints,
    SessionEntrypoints,
    EmailTokenEntrypoints,
    PasswordEntrypoints,
    ProfileEntrypoints,
    EmailChangeEntrypoints,
    SecondFactorEntrypoints,
    UserEntrypoints,
    CancellationEntrypoints,
    ReactivationEntrypoints,
    AccountStatusEntrypoints,
    TrialEntrypoints,
    RetentionEntrypoints,
):
    name = Accounts.name

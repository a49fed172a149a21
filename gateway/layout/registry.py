"""Which pages are there? Every context by the name of its template; a topic's own stand in `contexts_<topic>.py`."""

from __future__ import annotations

from gateway.api_keys import contexts as api_keys_contexts
from gateway.audit_log import contexts as audit_log_contexts
from gateway.cancellation import contexts as cancellation_contexts
from gateway.email_changes import contexts as email_changes_contexts
from gateway.layout import contexts as layout_contexts
from gateway.layout.contexts import Page
from gateway.mailbox import contexts as mailbox_contexts
from gateway.my_account import contexts as my_account_contexts
from gateway.passwords import contexts as passwords_contexts
from gateway.profile import contexts as profile_contexts
from gateway.reactivation import contexts as reactivation_contexts
from gateway.second_factor import contexts as second_factor_contexts
from gateway.sessions import contexts as sessions_contexts
from gateway.signup import contexts as signup_contexts
from gateway.support import contexts as support_contexts
from gateway.system import contexts as system_contexts
from gateway.users import contexts as users_contexts

PAGES: dict[str, type[Page]] = {
    page.template: page
    for page in (
        signup_contexts.SignUp,
        signup_contexts.SignUpDone,
        signup_contexts.Activate,
        sessions_contexts.LogIn,
        passwords_contexts.ChangePassword,
        passwords_contexts.LinkRequest,
        passwords_contexts.LinkRequested,
        passwords_contexts.ResetPassword,
        my_account_contexts.Account,
        profile_contexts.EditProfile,
        profile_contexts.EditCompany,
        email_changes_contexts.EmailAddress,
        email_changes_contexts.EmailLink,
        sessions_contexts.Sessions,
        sessions_contexts.Confirm,
        api_keys_contexts.ApiKeys,
        api_keys_contexts.ApiKeyCreated,
        audit_log_contexts.AuditLog,
        cancellation_contexts.Cancellation,
        cancellation_contexts.CancellationConfirm,
        layout_contexts.AccountCancelled,
        reactivation_contexts.Reactivate,
        reactivation_contexts.Request,
        support_contexts.SupportLogIn,
        support_contexts.SupportRequests,
        support_contexts.SupportRequest,
        users_contexts.Users,
        users_contexts.EditUser,
        users_contexts.UserRemoval,
        second_factor_contexts.SecondFactor,
        second_factor_contexts.SecondFactorSetUp,
        second_factor_contexts.SecondFactorPassword,
        second_factor_contexts.RecoveryCodes,
        sessions_contexts.LogInCode,
        mailbox_contexts.Mailbox,
        layout_contexts.Problem,
        system_contexts.Docs,
    )
}

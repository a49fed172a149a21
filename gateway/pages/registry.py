"""Which pages are there? Every context by the name of its template; a topic's own stand in `contexts_<topic>.py`."""

from __future__ import annotations

from gateway.pages import (
    contexts,
    contexts_access,
    contexts_audit,
    contexts_lifecycle,
    contexts_passwords,
    contexts_profile,
    contexts_second_factor,
    contexts_team,
)
from gateway.pages.contexts import Page

PAGES: dict[str, type[Page]] = {
    page.template: page
    for page in (
        contexts.SignUp,
        contexts.SignUpDone,
        contexts.Activate,
        contexts.LogIn,
        contexts_passwords.ChangePassword,
        contexts_passwords.LinkRequest,
        contexts_passwords.LinkRequested,
        contexts_passwords.ResetPassword,
        contexts.Account,
        contexts_profile.EditProfile,
        contexts_profile.EditCompany,
        contexts_profile.EmailAddress,
        contexts_profile.EmailLink,
        contexts_access.Sessions,
        contexts_access.Confirm,
        contexts_access.ApiKeys,
        contexts_access.ApiKeyCreated,
        contexts_audit.AuditLog,
        contexts_lifecycle.Cancellation,
        contexts_lifecycle.CancellationConfirm,
        contexts_lifecycle.AccountCancelled,
        contexts_lifecycle.Reactivate,
        contexts_lifecycle.Request,
        contexts_lifecycle.SupportLogIn,
        contexts_lifecycle.SupportRequests,
        contexts_lifecycle.SupportRequest,
        contexts_team.Users,
        contexts_team.EditUser,
        contexts_team.UserRemoval,
        contexts_second_factor.SecondFactor,
        contexts_second_factor.SecondFactorSetUp,
        contexts_second_factor.SecondFactorPassword,
        contexts_second_factor.RecoveryCodes,
        contexts_second_factor.LogInCode,
        contexts.Mailbox,
        contexts.Problem,
        contexts.Docs,
    )
}

"""The contract of the accounts service: tenants, their users, and how a user gets in."""

from __future__ import annotations

from wire import identity, versions
from wire.accounts import (
    activation,
    api_keys,
    audit_log,
    cancellation,
    email_changes,
    passwords,
    profile,
    reactivation,
    second_factor,
    sessions,
    signup,
    tenancy,
    trials,
    users,
)
from wire.contract import Contract, Event, Nothing, Rpc
from wire.cursors import CursorInvalid


class Accounts(Contract):
    name = "accounts"

    create_account = Rpc(
        signup.CreateAccount,
        signup.Registration,
        refuses=(signup.CountryUnknown, identity.PhoneInvalid, identity.EmailInvalid, identity.QuotaExceeded),
        is_write=True,
    )
    get_activation = Rpc(identity.GetActivation, identity.Activation, refuses=(identity.ActivationUnknown,))
    activate = Rpc(
        identity.Activate,
        sessions.OpenedSession,
        refuses=(
            identity.ActivationUnknown,
            identity.ActivationLinkUsed,
            identity.ActivationLinkSuperseded,
            identity.ActivationLinkExpired,
            identity.EmailInUse,
            identity.PasswordConfirmationMismatch,
            identity.PasswordRefused,
        ),
        is_write=True,
    )
    request_activation = Rpc(activation.RequestActivation, Nothing, is_write=True)
    change_password = Rpc(
        passwords.ChangePassword,
        Nothing,
        refuses=(
            identity.PasswordIncorrect,
            identity.PasswordConfirmationMismatch,
            identity.PasswordRefused,
            identity.PasswordUnchanged,
        ),
        is_write=True,
    )
    request_password_reset = Rpc(passwords.RequestPasswordReset, Nothing, is_write=True)
    get_password_reset = Rpc(
        identity.GetEmailToken, identity.EmailToken, refuses=(identity.EmailTokenUnknown,)
    )
    reset_password = Rpc(
        identity.ResetPassword,
        Nothing,
        refuses=(*identity.TOKEN_REFUSALS, identity.PasswordConfirmationMismatch, identity.PasswordRefused),
        is_write=True,
    )
    reveal_email_token = Rpc(
        identity.RevealEmailToken,
        identity.RevealedEmailToken,
        refuses=(identity.EmailTokenUnknown,),
    )
    open_session = Rpc(
        sessions.OpenSession,
        sessions.OpenedSession,
        refuses=(
            identity.InvalidCredentials,
            cancellation.AccountIsCancelled,
            second_factor.TotpRequired,
            second_factor.TotpIncorrect,
            identity.QuotaExceeded,
        ),
        is_write=True,
    )
    identify = Rpc(
        sessions.Identify, sessions.Identity, refuses=(identity.SessionUnknown,), timeout_seconds=2.0
    )
    list_sessions = Rpc(sessions.ListSessions, sessions.SessionList)
    end_session = Rpc(sessions.EndSession, Nothing, refuses=(sessions.SessionNotFound,), is_write=True)
    end_other_sessions = Rpc(sessions.EndOtherSessions, Nothing, is_write=True)
    reauthenticate = Rpc(
        sessions.Reauthenticate,
        sessions.OpenedSession,
        refuses=(identity.PasswordIncorrect, identity.SessionUnknown),
        is_write=True,
    )
    list_api_keys = Rpc(api_keys.ListApiKeys, api_keys.ApiKeyList)
    create_api_key = Rpc(
        api_keys.CreateApiKey,
        api_keys.CreatedApiKey,
        refuses=(
            api_keys.ScopeNotAllowed,
            api_keys.ExpiryPassed,
            api_keys.ApiKeyLimitReached,
            identity.PasswordIncorrect,
            passwords.ReauthenticationRequired,
        ),
        is_write=True,
        is_secret=True,
    )
    revoke_api_key = Rpc(api_keys.RevokeApiKey, Nothing, refuses=(api_keys.ApiKeyNotFound,), is_write=True)
    identify_api_key = Rpc(
        api_keys.IdentifyApiKey, api_keys.KeyIdentity, refuses=(api_keys.ApiKeyUnknown,), timeout_seconds=2.0
    )
    list_users = Rpc(users.ListUsers, users.UserPage, refuses=(CursorInvalid,))
    get_user = Rpc(users.GetUser, tenancy.User, refuses=(tenancy.UserUnknown,))
    invite_user = Rpc(
        users.InviteUser,
        tenancy.User,
        refuses=(
            users.RoleNotAllowed,
            users.UserLimitReached,
            identity.EmailInvalid,
            identity.EmailInUse,
            users.ExternalIdInUse,
        ),
        is_write=True,
    )
    repeat_invitation = Rpc(
        users.RepeatInvitation,
        tenancy.User,
        refuses=(tenancy.UserUnknown, users.UserAlreadyVerified),
        is_write=True,
    )
    change_user = Rpc(
        users.ChangeUser,
        tenancy.User,
        refuses=(
            tenancy.UserUnknown,
            versions.VersionStale,
            users.RoleNotAllowed,
            users.LastOwner,
            users.ExternalIdInUse,
        ),
        is_write=True,
    )
    remove_user = Rpc(
        users.RemoveUser,
        Nothing,
        refuses=(tenancy.UserUnknown, users.RoleNotAllowed, users.LastOwner),
        is_write=True,
    )
    answer_challenge = Rpc(
        second_factor.AnswerChallenge,
        sessions.OpenedSession,
        refuses=(
            second_factor.ChallengeOver,
            cancellation.AccountIsCancelled,
            second_factor.TotpIncorrect,
            identity.QuotaExceeded,
        ),
        is_write=True,
    )
    get_second_factor = Rpc(
        second_factor.GetSecondFactor, second_factor.SecondFactor, refuses=(tenancy.UserUnknown,)
    )
    begin_second_factor = Rpc(
        second_factor.BeginSecondFactor,
        second_factor.SecondFactorDraft,
        refuses=(tenancy.UserUnknown, identity.PasswordIncorrect, second_factor.SecondFactorAlreadyOn),
        is_write=True,
        is_secret=True,
    )
    confirm_second_factor = Rpc(
        second_factor.ConfirmSecondFactor,
        second_factor.RecoveryCodes,
        refuses=(
            tenancy.UserUnknown,
            second_factor.SecondFactorAlreadyOn,
            second_factor.SecondFactorOff,
            second_factor.TotpCodeRefused,
        ),
        is_write=True,
        is_secret=True,
    )
    disable_second_factor = Rpc(
        second_factor.DisableSecondFactor,
        Nothing,
        refuses=(tenancy.UserUnknown, identity.PasswordIncorrect, second_factor.SecondFactorOff),
        is_write=True,
    )
    renew_recovery_codes = Rpc(
        second_factor.RenewRecoveryCodes,
        second_factor.RecoveryCodes,
        refuses=(tenancy.UserUnknown, identity.PasswordIncorrect, second_factor.SecondFactorOff),
        is_write=True,
        is_secret=True,
    )
    get_me = Rpc(profile.GetMe, profile.Me, refuses=(tenancy.UserUnknown,), timeout_seconds=2.0)
    get_account = Rpc(
        profile.GetAccount, tenancy.Account, refuses=(profile.AccountUnknown,), timeout_seconds=2.0
    )
    update_me = Rpc(
        profile.UpdateMe,
        profile.Me,
        refuses=(
            tenancy.UserUnknown,
            versions.VersionStale,
            identity.PhoneInvalid,
            identity.EmailInvalid,
            email_changes.EmailUnchanged,
            identity.PasswordIncorrect,
            passwords.ReauthenticationRequired,
        ),
        is_write=True,
    )
    update_account = Rpc(
        profile.UpdateAccount,
        tenancy.Account,
        refuses=(profile.AccountUnknown, versions.VersionStale, signup.CountryUnknown, profile.SlugInUse),
        is_write=True,
    )
    get_email_change = Rpc(
        email_changes.GetEmailChange, email_changes.EmailChange, refuses=(email_changes.EmailChangeNotFound,)
    )
    cancel_email_change = Rpc(
        email_changes.CancelEmailChange,
        Nothing,
        refuses=(email_changes.EmailChangeNotFound, tenancy.UserUnknown),
        is_write=True,
    )
    get_email_change_token = Rpc(
        email_changes.GetEmailChangeToken, identity.EmailToken, refuses=(identity.EmailTokenUnknown,)
    )
    confirm_email_change = Rpc(
        email_changes.ConfirmEmailChange,
        email_changes.EmailChangeSettled,
        refuses=(*identity.TOKEN_REFUSALS, email_changes.EmailChangeCancelled, identity.EmailInUse),
        is_write=True,
    )
    get_email_undo_token = Rpc(
        email_changes.GetEmailUndoToken, identity.EmailToken, refuses=(identity.EmailTokenUnknown,)
    )
    undo_email_change = Rpc(
        email_changes.UndoEmailChange,
        email_changes.EmailChangeSettled,
        refuses=(*identity.TOKEN_REFUSALS, email_changes.EmailChangeCancelled, identity.EmailInUse),
        is_write=True,
    )
    cancel_account = Rpc(
        cancellation.CancelAccount,
        tenancy.Account,
        refuses=(
            cancellation.CancellationDetailsRequired,
            cancellation.CancellationNotDeferrable,
            cancellation.CancellationAlreadyScheduled,
            identity.PasswordIncorrect,
            passwords.ReauthenticationRequired,
            tenancy.UserUnknown,
        ),
        is_write=True,
    )
    undo_cancellation = Rpc(
        cancellation.UndoCancellation,
        tenancy.Account,
        refuses=(cancellation.CancellationNotScheduled, tenancy.UserUnknown),
        is_write=True,
    )
    reactivate = Rpc(
        reactivation.Reactivate,
        reactivation.Reactivation,
        refuses=(
            identity.InvalidCredentials,
            reactivation.AccountNotCancelled,
            reactivation.ReactivationOwnerOnly,
            second_factor.TotpRequired,
            second_factor.TotpIncorrect,
            identity.QuotaExceeded,
        ),
        is_write=True,
    )
    get_reactivation_request = Rpc(
        reactivation.GetReactivationRequest,
        reactivation.ReactivationRequest,
        refuses=(reactivation.ReactivationRequestUnknown,),
    )
    withdraw_reactivation_request = Rpc(
        reactivation.WithdrawReactivationRequest,
        reactivation.ReactivationRequest,
        refuses=(reactivation.ReactivationRequestUnknown, reactivation.ReactivationRequestDecided),
        is_write=True,
    )
    list_reactivation_requests = Rpc(
        reactivation.ListReactivationRequests, reactivation.ReactivationRequestPage, refuses=(CursorInvalid,)
    )
    approve_reactivation_request = Rpc(
        reactivation.ApproveReactivationRequest,
        reactivation.RequestForSupport,
        refuses=(reactivation.ReactivationRequestUnknown, reactivation.ReactivationRequestDecided),
        is_write=True,
    )
    refuse_reactivation_request = Rpc(
        reactivation.RefuseReactivationRequest,
        reactivation.RequestForSupport,
        refuses=(reactivation.ReactivationRequestUnknown, reactivation.ReactivationRequestDecided),
        is_write=True,
    )
    list_audit_log = Rpc(audit_log.ListAuditLog, audit_log.AuditPage, refuses=(CursorInvalid,))

    account_profile_updated = Event(profile.ProfileUpdated)
    account_updated = Event(profile.AccountUpdated, is_owed=True)
    account_email_change_requested = Event(email_changes.EmailChangeRequested, is_owed=True)
    account_email_change_contested = Event(email_changes.EmailChangeContested, is_owed=True)
    account_email_changed = Event(email_changes.EmailChanged, is_owed=True)
    account_email_change_undone = Event(email_changes.EmailChangeUndone, is_owed=True)

    account_cancelled = Event(cancellation.AccountCancelled, is_owed=True)
    account_cancellation_scheduled = Event(cancellation.CancellationScheduled, is_owed=True)
    account_cancellation_undone = Event(cancellation.CancellationUndone)
    account_reactivation_requested = Event(reactivation.ReactivationRequested, is_owed=True)
    account_reactivation_decided = Event(reactivation.ReactivationDecided, is_owed=True)
    account_reactivation_withdrawn = Event(reactivation.ReactivationWithdrawn)
    account_reactivated = Event(reactivation.AccountReactivated, is_owed=True)
    account_trial_ending = Event(trials.TrialEnding, is_owed=True)
    account_trial_ended = Event(trials.TrialEnded)
    account_created = Event(signup.AccountCreated, is_owed=True)
    account_sign_up_repeated = Event(signup.SignUpRepeated, is_owed=True)
    account_session_revoked = Event(sessions.SessionRevoked)
    account_new_device_seen = Event(sessions.NewDeviceSeen, is_owed=True)
    account_api_key_created = Event(api_keys.ApiKeyCreated)
    account_api_key_revoked = Event(api_keys.ApiKeyRevoked)
    account_second_factor_enabled = Event(second_factor.SecondFactorEnabled, is_owed=True)
    account_second_factor_disabled = Event(second_factor.SecondFactorDisabled, is_owed=True)
    account_recovery_code_used = Event(second_factor.RecoveryCodeUsed, is_owed=True)
    account_password_changed = Event(passwords.PasswordChanged, is_owed=True)
    user_password_reset_requested = Event(passwords.PasswordResetRequested, is_owed=True)
    user_activation_requested = Event(activation.UserActivationRequested, is_owed=True)
    user_activated = Event(activation.UserActivated)
    user_invited = Event(users.UserInvited)
    user_invited_elsewhere = Event(users.UserInvitedElsewhere, is_owed=True)
    user_updated = Event(users.UserUpdated)
    user_removed = Event(users.UserRemoved)

"""The accounts service: tenants, their users, and how a user gets in."""

from __future__ import annotations

from wire.accounts.activation import (
    Activate,
    Activation,
    ActivationLinkExpired,
    ActivationLinkSuperseded,
    ActivationLinkUsed,
    ActivationUnknown,
    GetActivation,
    RequestActivation,
    UserActivated,
    UserActivationRequested,
)
from wire.accounts.api_keys import (
    ApiKeyCreated,
    ApiKeyLimitReached,
    ApiKeyList,
    ApiKeyNotFound,
    ApiKeyRevoked,
    ApiKeyUnknown,
    CreateApiKey,
    CreatedApiKey,
    ExpiryPassed,
    IdentifyApiKey,
    KeyIdentity,
    ListApiKeys,
    RevokeApiKey,
    ScopeNotAllowed,
)
from wire.accounts.audit_log import AuditPage, ListAuditLog
from wire.accounts.cancellation import (
    AccountCancelled,
    AccountIsCancelled,
    CancelAccount,
    CancellationAlreadyScheduled,
    CancellationDetailsRequired,
    CancellationNotDeferrable,
    CancellationNotScheduled,
    CancellationScheduled,
    CancellationUndone,
    UndoCancellation,
)
from wire.accounts.email_changes import (
    CancelEmailChange,
    ConfirmEmailChange,
    EmailChange,
    EmailChangeCancelled,
    EmailChangeContested,
    EmailChanged,
    EmailChangeNotFound,
    EmailChangeRequested,
    EmailChangeSettled,
    EmailChangeUndone,
    EmailUnchanged,
    GetEmailChange,
    GetEmailChangeToken,
    GetEmailUndoToken,
    UndoEmailChange,
)
from wire.accounts.email_tokens import (
    EmailToken,
    EmailTokenExpired,
    EmailTokenSuperseded,
    EmailTokenUnknown,
    EmailTokenUsed,
    GetEmailToken,
    RevealedEmailToken,
    RevealEmailToken,
)
from wire.accounts.passwords import (
    ChangePassword,
    PasswordChanged,
    PasswordConfirmationMismatch,
    PasswordIncorrect,
    PasswordRefused,
    PasswordResetRequested,
    PasswordUnchanged,
    ReauthenticationRequired,
    RequestPasswordReset,
    ResetPassword,
)
from wire.accounts.profile import (
    AccountUnknown,
    AccountUpdated,
    GetAccount,
    GetMe,
    Me,
    ProfileUpdated,
    SlugInUse,
    UpdateAccount,
    UpdateMe,
)
from wire.accounts.reactivation import (
    AccountNotCancelled,
    AccountReactivated,
    ApproveReactivationRequest,
    GetReactivationRequest,
    ListReactivationRequests,
    Reactivate,
    Reactivation,
    ReactivationDecided,
    ReactivationOwnerOnly,
    ReactivationRequest,
    ReactivationRequestDecided,
    ReactivationRequested,
    ReactivationRequestPage,
    ReactivationRequestUnknown,
    ReactivationWithdrawn,
    RefuseReactivationRequest,
    RequestForSupport,
    WithdrawReactivationRequest,
)
from wire.accounts.second_factor import (
    AnswerChallenge,
    BeginSecondFactor,
    ChallengeOver,
    ConfirmSecondFactor,
    DisableSecondFactor,
    GetSecondFactor,
    RecoveryCodes,
    RecoveryCodeUsed,
    RenewRecoveryCodes,
    SecondFactor,
    SecondFactorAlreadyOn,
    SecondFactorDisabled,
    SecondFactorDraft,
    SecondFactorEnabled,
    SecondFactorOff,
    TotpCodeRefused,
    TotpIncorrect,
    TotpRequired,
)
from wire.accounts.sessions import (
    EndOtherSessions,
    EndSession,
    Identify,
    Identity,
    InvalidCredentials,
    ListSessions,
    NewDeviceSeen,
    OpenedSession,
    OpenSession,
    Reauthenticate,
    SessionList,
    SessionNotFound,
    SessionRevoked,
    SessionUnknown,
)
from wire.accounts.signup import (
    AccountCreated,
    CountryUnknown,
    CreateAccount,
    EmailInUse,
    EmailInvalid,
    PhoneInvalid,
    Registration,
    SignUpRepeated,
)
from wire.accounts.tenancy import Account, User, UserUnknown, VersionStale
from wire.accounts.throttles import QuotaExceeded
from wire.accounts.trials import TrialEnded, TrialEnding
from wire.accounts.users import (
    ChangeUser,
    ExternalIdInUse,
    GetUser,
    InviteUser,
    LastOwner,
    ListUsers,
    RemoveUser,
    RepeatInvitation,
    RoleNotAllowed,
    UserAlreadyVerified,
    UserInvited,
    UserInvitedElsewhere,
    UserLimitReached,
    UserPage,
    UserRemoved,
    UserUpdated,
)
from wire.contract import Contract, Event, Nothing, Rpc
from wire.cursors import CursorInvalid

# Every use of a token from an email can meet these.
TOKEN_REFUSALS = (EmailTokenUnknown, EmailTokenUsed, EmailTokenSuperseded, EmailTokenExpired)


class Accounts(Contract):
    name = "accounts"

    create_account = Rpc(
        CreateAccount,
        Registration,
        refuses=(CountryUnknown, PhoneInvalid, EmailInvalid, QuotaExceeded),
        is_write=True,
    )
    get_activation = Rpc(GetActivation, Activation, refuses=(ActivationUnknown,))
    activate = Rpc(
        Activate,
        OpenedSession,
        refuses=(
            ActivationUnknown,
            ActivationLinkUsed,
            ActivationLinkSuperseded,
            ActivationLinkExpired,
            EmailInUse,
            PasswordConfirmationMismatch,
            PasswordRefused,
        ),
        is_write=True,
    )
    request_activation = Rpc(RequestActivation, Nothing, is_write=True)
    change_password = Rpc(
        ChangePassword,
        Nothing,
        refuses=(PasswordIncorrect, PasswordConfirmationMismatch, PasswordRefused, PasswordUnchanged),
        is_write=True,
    )
    request_password_reset = Rpc(RequestPasswordReset, Nothing, is_write=True)
    get_password_reset = Rpc(GetEmailToken, EmailToken, refuses=(EmailTokenUnknown,))
    reset_password = Rpc(
        ResetPassword,
        Nothing,
        refuses=(*TOKEN_REFUSALS, PasswordConfirmationMismatch, PasswordRefused),
        is_write=True,
    )
    reveal_email_token = Rpc(RevealEmailToken, RevealedEmailToken, refuses=(EmailTokenUnknown,))
    open_session = Rpc(
        OpenSession,
        OpenedSession,
        refuses=(InvalidCredentials, AccountIsCancelled, TotpRequired, TotpIncorrect, QuotaExceeded),
        is_write=True,
    )
    identify = Rpc(Identify, Identity, refuses=(SessionUnknown,), timeout_seconds=2.0)
    list_sessions = Rpc(ListSessions, SessionList)
    end_session = Rpc(EndSession, Nothing, refuses=(SessionNotFound,), is_write=True)
    end_other_sessions = Rpc(EndOtherSessions, Nothing, is_write=True)
    reauthenticate = Rpc(
        Reauthenticate, OpenedSession, refuses=(PasswordIncorrect, SessionUnknown), is_write=True
    )
    list_api_keys = Rpc(ListApiKeys, ApiKeyList)
    create_api_key = Rpc(
        CreateApiKey,
        CreatedApiKey,
        refuses=(
            ScopeNotAllowed,
            ExpiryPassed,
            ApiKeyLimitReached,
            PasswordIncorrect,
            ReauthenticationRequired,
        ),
        is_write=True,
        is_secret=True,
    )
    revoke_api_key = Rpc(RevokeApiKey, Nothing, refuses=(ApiKeyNotFound,), is_write=True)
    identify_api_key = Rpc(IdentifyApiKey, KeyIdentity, refuses=(ApiKeyUnknown,), timeout_seconds=2.0)
    list_users = Rpc(ListUsers, UserPage, refuses=(CursorInvalid,))
    get_user = Rpc(GetUser, User, refuses=(UserUnknown,))
    invite_user = Rpc(
        InviteUser,
        User,
        refuses=(RoleNotAllowed, UserLimitReached, EmailInvalid, EmailInUse, ExternalIdInUse),
        is_write=True,
    )
    repeat_invitation = Rpc(RepeatInvitation, User, refuses=(UserUnknown, UserAlreadyVerified), is_write=True)
    change_user = Rpc(
        ChangeUser,
        User,
        refuses=(UserUnknown, VersionStale, RoleNotAllowed, LastOwner, ExternalIdInUse),
        is_write=True,
    )
    remove_user = Rpc(RemoveUser, Nothing, refuses=(UserUnknown, RoleNotAllowed, LastOwner), is_write=True)
    answer_challenge = Rpc(
        AnswerChallenge,
        OpenedSession,
        refuses=(ChallengeOver, AccountIsCancelled, TotpIncorrect, QuotaExceeded),
        is_write=True,
    )
    get_second_factor = Rpc(GetSecondFactor, SecondFactor, refuses=(UserUnknown,))
    begin_second_factor = Rpc(
        BeginSecondFactor,
        SecondFactorDraft,
        refuses=(UserUnknown, PasswordIncorrect, SecondFactorAlreadyOn),
        is_write=True,
        is_secret=True,
    )
    confirm_second_factor = Rpc(
        ConfirmSecondFactor,
        RecoveryCodes,
        refuses=(UserUnknown, SecondFactorAlreadyOn, SecondFactorOff, TotpCodeRefused),
        is_write=True,
        is_secret=True,
    )
    disable_second_factor = Rpc(
        DisableSecondFactor,
        Nothing,
        refuses=(UserUnknown, PasswordIncorrect, SecondFactorOff),
        is_write=True,
    )
    renew_recovery_codes = Rpc(
        RenewRecoveryCodes,
        RecoveryCodes,
        refuses=(UserUnknown, PasswordIncorrect, SecondFactorOff),
        is_write=True,
        is_secret=True,
    )
    get_me = Rpc(GetMe, Me, refuses=(UserUnknown,), timeout_seconds=2.0)
    get_account = Rpc(GetAccount, Account, refuses=(AccountUnknown,), timeout_seconds=2.0)
    update_me = Rpc(
        UpdateMe,
        Me,
        refuses=(
            UserUnknown,
            VersionStale,
            PhoneInvalid,
            EmailInvalid,
            EmailUnchanged,
            PasswordIncorrect,
            ReauthenticationRequired,
        ),
        is_write=True,
    )
    update_account = Rpc(
        UpdateAccount,
        Account,
        refuses=(AccountUnknown, VersionStale, CountryUnknown, SlugInUse),
        is_write=True,
    )
    get_email_change = Rpc(GetEmailChange, EmailChange, refuses=(EmailChangeNotFound,))
    cancel_email_change = Rpc(
        CancelEmailChange, Nothing, refuses=(EmailChangeNotFound, UserUnknown), is_write=True
    )
    get_email_change_token = Rpc(GetEmailChangeToken, EmailToken, refuses=(EmailTokenUnknown,))
    confirm_email_change = Rpc(
        ConfirmEmailChange,
        EmailChangeSettled,
        refuses=(
            EmailTokenUnknown,
            EmailTokenUsed,
            EmailTokenSuperseded,
            EmailTokenExpired,
            EmailChangeCancelled,
            EmailInUse,
        ),
        is_write=True,
    )
    get_email_undo_token = Rpc(GetEmailUndoToken, EmailToken, refuses=(EmailTokenUnknown,))
    undo_email_change = Rpc(
        UndoEmailChange,
        EmailChangeSettled,
        refuses=(
            EmailTokenUnknown,
            EmailTokenUsed,
            EmailTokenSuperseded,
            EmailTokenExpired,
            EmailChangeCancelled,
            EmailInUse,
        ),
        is_write=True,
    )
    cancel_account = Rpc(
        CancelAccount,
        Account,
        refuses=(
            CancellationDetailsRequired,
            CancellationNotDeferrable,
            CancellationAlreadyScheduled,
            PasswordIncorrect,
            ReauthenticationRequired,
            UserUnknown,
        ),
        is_write=True,
    )
    undo_cancellation = Rpc(
        UndoCancellation, Account, refuses=(CancellationNotScheduled, UserUnknown), is_write=True
    )
    reactivate = Rpc(
        Reactivate,
        Reactivation,
        refuses=(
            InvalidCredentials,
            AccountNotCancelled,
            ReactivationOwnerOnly,
            TotpRequired,
            TotpIncorrect,
            QuotaExceeded,
        ),
        is_write=True,
    )
    get_reactivation_request = Rpc(
        GetReactivationRequest, ReactivationRequest, refuses=(ReactivationRequestUnknown,)
    )
    withdraw_reactivation_request = Rpc(
        WithdrawReactivationRequest,
        ReactivationRequest,
        refuses=(ReactivationRequestUnknown, ReactivationRequestDecided),
        is_write=True,
    )
    list_reactivation_requests = Rpc(
        ListReactivationRequests, ReactivationRequestPage, refuses=(CursorInvalid,)
    )
    approve_reactivation_request = Rpc(
        ApproveReactivationRequest,
        RequestForSupport,
        refuses=(ReactivationRequestUnknown, ReactivationRequestDecided),
        is_write=True,
    )
    refuse_reactivation_request = Rpc(
        RefuseReactivationRequest,
        RequestForSupport,
        refuses=(ReactivationRequestUnknown, ReactivationRequestDecided),
        is_write=True,
    )
    list_audit_log = Rpc(ListAuditLog, AuditPage, refuses=(CursorInvalid,))

    account_profile_updated = Event(ProfileUpdated)
    account_updated = Event(AccountUpdated)
    account_email_change_requested = Event(EmailChangeRequested, is_owed=True)
    account_email_change_contested = Event(EmailChangeContested, is_owed=True)
    account_email_changed = Event(EmailChanged, is_owed=True)
    account_email_change_undone = Event(EmailChangeUndone, is_owed=True)

    account_cancelled = Event(AccountCancelled, is_owed=True)
    account_cancellation_scheduled = Event(CancellationScheduled, is_owed=True)
    account_cancellation_undone = Event(CancellationUndone)
    account_reactivation_requested = Event(ReactivationRequested, is_owed=True)
    account_reactivation_decided = Event(ReactivationDecided, is_owed=True)
    account_reactivation_withdrawn = Event(ReactivationWithdrawn)
    account_reactivated = Event(AccountReactivated, is_owed=True)
    account_trial_ending = Event(TrialEnding, is_owed=True)
    account_trial_ended = Event(TrialEnded)
    account_created = Event(AccountCreated, is_owed=True)
    account_sign_up_repeated = Event(SignUpRepeated, is_owed=True)
    account_session_revoked = Event(SessionRevoked)
    account_new_device_seen = Event(NewDeviceSeen, is_owed=True)
    account_api_key_created = Event(ApiKeyCreated)
    account_api_key_revoked = Event(ApiKeyRevoked)
    account_second_factor_enabled = Event(SecondFactorEnabled, is_owed=True)
    account_second_factor_disabled = Event(SecondFactorDisabled, is_owed=True)
    account_recovery_code_used = Event(RecoveryCodeUsed, is_owed=True)
    account_password_changed = Event(PasswordChanged, is_owed=True)
    user_password_reset_requested = Event(PasswordResetRequested, is_owed=True)
    user_activation_requested = Event(UserActivationRequested, is_owed=True)
    user_activated = Event(UserActivated)
    user_invited = Event(UserInvited)
    user_invited_elsewhere = Event(UserInvitedElsewhere, is_owed=True)
    user_updated = Event(UserUpdated)
    user_removed = Event(UserRemoved)

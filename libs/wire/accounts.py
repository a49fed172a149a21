"""The accounts service: tenants, their users, and how a user gets in."""

from __future__ import annotations

import datetime
import uuid
from enum import StrEnum

from wire.contract import Contract, Event, Nothing, Refusal, Rpc, message
from wire.values import (
    AccountStatus,
    CountryCode,
    Digest,
    EmailAddress,
    Locale,
    Name,
    Phone,
    Role,
    Secret,
    TimeZone,
    TokenState,
)


@message
class Account:
    """The paying tenant."""

    id: uuid.UUID
    company_name: str
    slug: str
    country: str
    locale: str
    time_zone: str
    status: AccountStatus
    trial_ends_at: datetime.datetime | None
    created_at: datetime.datetime


@message
class User:
    """A person working inside an account."""

    id: uuid.UUID
    account_id: uuid.UUID
    name: str
    email: str
    phone: str | None
    locale: str
    time_zone: str
    role: Role
    is_verified: bool
    created_at: datetime.datetime


@message
class CreateAccount:
    company_name: Name
    country: CountryCode
    owner_name: Name
    owner_email: EmailAddress
    owner_phone: Phone | None = None
    locale: Locale = "en"
    time_zone: TimeZone = "UTC"


@message
class Registration:
    account: Account
    owner: User


class ActivationKind(StrEnum):
    USER = "user"
    CONTACT = "contact"


@message
class GetActivation:
    token_digest: Digest


@message
class Activation:
    """A link's state as its holder may see it; reading it changes nothing."""

    state: TokenState
    email_masked: str
    kind: ActivationKind
    expires_at: datetime.datetime


@message
class Activate:
    token_digest: Digest
    password: Secret
    password_repeat: Secret
    user_agent: str = ""
    ip_address: str = ""


@message
class RevealActivationToken:
    activation_id: uuid.UUID


@message
class ActivationToken:
    """The secret of an activation link, for the mail that carries it; None once the link is of no use."""

    token: str | None
    state: TokenState
    expires_at: datetime.datetime


@message
class OpenSession:
    email: EmailAddress
    password: Secret
    user_agent: str = ""
    ip_address: str = ""


@message
class Session:
    id: uuid.UUID
    user_id: uuid.UUID
    created_at: datetime.datetime
    expires_at: datetime.datetime
    user_agent: str
    ip_address: str


@message
class Notice:
    """Something the user should see right after log-in."""

    code: str
    detail: str


@message
class OpenedSession:
    """The only message that holds a session's token: its holder keeps it, the service keeps the digest."""

    token: str
    session: Session
    user: User
    account: Account
    notices: tuple[Notice, ...] = ()


@message
class Identify:
    token_digest: Digest


@message
class Identity:
    """Who a session's token speaks for."""

    session_id: uuid.UUID
    user_id: uuid.UUID
    account_id: uuid.UUID
    role: Role
    locale: str
    expires_at: datetime.datetime
    name: str = ""
    email: str = ""


@message
class EndSession:
    session_id: uuid.UUID


@message
class GetMe:
    pass


@message
class Me:
    user: User
    account: Account


@message
class AccountCreated:
    account: Account
    owner: User


@message
class UserActivationRequested:
    activation_id: uuid.UUID
    user: User
    company_name: str
    expires_at: datetime.datetime


@message
class SignUpRepeated:
    """Somebody signed up with an address that already has a user; only that address may learn it."""

    user: User


@message
class UserActivated:
    user: User


@message
class SessionRevoked:
    session_id: uuid.UUID
    user_id: uuid.UUID


class InvalidCredentials(Refusal):
    """The one answer to every log-in that fails before the password is right."""

    code = "invalid_credentials"


class SessionUnknown(Refusal):
    """No such session, or one that has ended."""

    code = "session_unknown"


class ActivationUnknown(Refusal):
    code = "activation_unknown"


class ActivationLinkUsed(Refusal):
    code = "activation_link_used"


class ActivationLinkSuperseded(Refusal):
    code = "activation_link_superseded"


class ActivationLinkExpired(Refusal):
    code = "activation_link_expired"


class PasswordConfirmationMismatch(Refusal):
    code = "password_confirmation_mismatch"


class PasswordRefused(Refusal):
    """The password policy says no; `errors` say why."""

    code = "password_refused"


class UserUnknown(Refusal):
    code = "user_unknown"


class CountryUnknown(Refusal):
    code = "country_unknown"


class PhoneInvalid(Refusal):
    code = "phone_invalid"


class EmailInvalid(Refusal):
    code = "email_invalid"


class Accounts(Contract):
    name = "accounts"

    create_account = Rpc(
        CreateAccount, Registration, refuses=(CountryUnknown, PhoneInvalid, EmailInvalid), is_write=True
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
            PasswordConfirmationMismatch,
            PasswordRefused,
        ),
        is_write=True,
    )
    reveal_activation_token = Rpc(RevealActivationToken, ActivationToken, refuses=(ActivationUnknown,))
    open_session = Rpc(OpenSession, OpenedSession, refuses=(InvalidCredentials,), is_write=True)
    identify = Rpc(Identify, Identity, refuses=(SessionUnknown,), timeout_seconds=2.0)
    end_session = Rpc(EndSession, Nothing, is_write=True)
    get_me = Rpc(GetMe, Me, refuses=(UserUnknown,), timeout_seconds=2.0)

    account_created = Event(AccountCreated, is_owed=True)
    account_sign_up_repeated = Event(SignUpRepeated, is_owed=True)
    account_session_revoked = Event(SessionRevoked)
    user_activation_requested = Event(UserActivationRequested, is_owed=True)
    user_activated = Event(UserActivated)

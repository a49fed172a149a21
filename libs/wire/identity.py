"""What every contract says in which somebody logs in: passwords, email tokens, activation, addresses, sessions.

Users of an account and its contacts log in at different services and by the same rules. What both contracts must say of
that is said here once; what is of one of them alone stands in that contract.
"""

from __future__ import annotations

import datetime
import uuid
from enum import StrEnum

from wire.contract import Refusal, message
from wire.values import Digest, Secret, TokenState

# An email token of a contact begins with it: who is given one knows whom to ask.
CONTACT_TOKEN_PREFIX = "contact_"  # noqa: S105  # what all have in common is no secret


class ActivationKind(StrEnum):
    USER = "user"
    CONTACT = "contact"


@message
class GetActivation:
    token_digest: Digest


@message
class Activation:
    """The state of an activation token as its holder may see it; reading it changes nothing. A contact's is of the
    portal with `portal_slug`."""

    state: TokenState
    email_masked: str
    kind: ActivationKind
    expires_at: datetime.datetime
    portal_slug: str | None = None


@message
class Activate:
    token_digest: Digest
    password: Secret
    password_repeat: Secret


@message
class GetEmailToken:
    token_digest: Digest


@message
class EmailToken:
    """The state of an email token as its holder may see it; reading it changes nothing. A contact's is of the portal
    with `portal_slug`."""

    state: TokenState
    email_masked: str
    expires_at: datetime.datetime
    kind: ActivationKind = ActivationKind.USER
    portal_slug: str | None = None


@message
class ResetPassword:
    """Set the new password by the token of a mail, which is then used up; nobody is logged in by it."""

    token_digest: Digest
    password: Secret
    password_repeat: Secret


@message
class RevealEmailToken:
    link_id: uuid.UUID


@message
class RevealedEmailToken:
    """The secret of an email token, for the mail that carries it; None once the token is of no use."""

    token: str | None
    state: TokenState
    expires_at: datetime.datetime


class ActivationUnknown(Refusal):
    code = "activation_unknown"


class ActivationLinkUsed(Refusal):
    code = "activation_link_used"


class ActivationLinkSuperseded(Refusal):
    code = "activation_link_superseded"


class ActivationLinkExpired(Refusal):
    code = "activation_link_expired"


class EmailTokenUnknown(Refusal):
    code = "link_unknown"


class EmailTokenUsed(Refusal):
    code = "link_used"


class EmailTokenSuperseded(Refusal):
    """A newer mail holds the token that is valid."""

    code = "link_superseded"


class EmailTokenExpired(Refusal):
    code = "link_expired"


class EmailInvalid(Refusal):
    code = "email_invalid"


class EmailInUse(Refusal):
    """Somebody has this address already."""

    code = "email_in_use"


class PhoneInvalid(Refusal):
    code = "phone_invalid"


class PasswordConfirmationMismatch(Refusal):
    code = "password_confirmation_mismatch"


class PasswordRefused(Refusal):
    """The password policy says no; `errors` say why."""

    code = "password_refused"


class PasswordUnchanged(Refusal):
    """The new password is the present one."""

    code = "password_unchanged"


class PasswordIncorrect(Refusal):
    """The current password, asked for to prove who is there, is another one."""

    code = "password_incorrect"


class InvalidCredentials(Refusal):
    """The one answer to every log-in that fails before the password is right."""

    code = "invalid_credentials"


class SessionUnknown(Refusal):
    """No such session, or one that has ended."""

    code = "session_unknown"


class QuotaExceeded(Refusal):
    """Too many tries from one network, or of one person's codes. `policy` names the limit, `quota` per
    `window_seconds`; in `seconds_left` there is room again."""

    code = "quota_exceeded"


# What every use of a token from an email may be refused with.
TOKEN_REFUSALS = (EmailTokenUnknown, EmailTokenUsed, EmailTokenSuperseded, EmailTokenExpired)

"""Two-factor authentication: an authenticator app (TOTP) and recovery codes."""

from __future__ import annotations

import datetime

from wire.accounts.tenancy import User
from wire.contract import Refusal, message
from wire.values import DeviceToken, Digest, Secret, TotpCode


@message
class GetSecondFactor:
    pass


@message
class SecondFactor:
    """Whether one's own second factor is on, and how many recovery codes are left."""

    is_on: bool
    confirmed_at: datetime.datetime | None
    recovery_codes_left: int


@message
class BeginSecondFactor:
    current_password: Secret


@message
class SecondFactorDraft:
    """What an authenticator app has to be told, once: the secret, and the same as an `otpauth` address."""

    secret: str
    uri: str


@message
class ConfirmSecondFactor:
    """`code` is what the app shows now: only then is the second factor on."""

    code: TotpCode


@message
class RecoveryCodes:
    """Ways in for who lost the app: each works once, in place of a code of the app. Told once."""

    recovery_codes: tuple[str, ...]


@message
class DisableSecondFactor:
    current_password: Secret


@message
class RenewRecoveryCodes:
    """Ten new ones; those before work no more."""

    current_password: Secret


@message
class AnswerChallenge:
    """The second half of a log-in whose password was right: `token_digest` is the challenge's, the rest is as it was
    for the first half."""

    token_digest: Digest
    totp: TotpCode
    is_remembered: bool = False
    device_token: DeviceToken | None = None


@message
class SecondFactorEnabled:
    user: User
    enabled_at: datetime.datetime


@message
class SecondFactorDisabled:
    user: User
    disabled_at: datetime.datetime


@message
class RecoveryCodeUsed:
    user: User
    used_at: datetime.datetime
    recovery_codes_left: int


class TotpRequired(Refusal):
    """The password is right; now the code. `challenge` is a token that stands for the password for ten minutes, where
    it was asked for."""

    code = "totp_required"


class TotpIncorrect(Refusal):
    """The password is right, the code is not, or it was used before."""

    code = "totp_incorrect"


class ChallengeOver(Refusal):
    """Too late, too many wrong codes, or done already: the log-in begins anew."""

    code = "challenge_over"


class TotpCodeRefused(Refusal):
    """This is not what the app shows for the secret that was given out: the second factor stays off."""

    code = "totp_code_refused"


class SecondFactorAlreadyOn(Refusal):
    code = "second_factor_already_on"


class SecondFactorOff(Refusal):
    """There is none to switch off, or none was begun in the last minutes that could be confirmed."""

    code = "second_factor_off"

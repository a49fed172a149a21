"""Request and answer bodies of sessions that are the API's own."""

from __future__ import annotations

from typing import Annotated

from marshmallow.validate import OneOf

from wire.contract import message
from wire.values import (
    DeviceToken,
    EmailAddress,
    Secret,
    TotpCode,
)


@message
class Credentials:
    """`is_remembered` asks for a session of 30 days that does not idle; `device_token` is what an earlier log-in on
    this device gave; `totp` is a code of the authenticator app or a recovery code, where the user has set one up."""

    email: EmailAddress
    password: Secret
    totp: TotpCode | None = None
    is_remembered: bool = False
    device_token: DeviceToken | None = None


@message
class CurrentPassword:
    password: Secret


@message
class WhichSessions:
    """`except=current` is the only way to end sessions together: nobody ends them all by a slip."""

    except_: Annotated[str, OneOf(["current"])]

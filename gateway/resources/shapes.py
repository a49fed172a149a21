"""Which bodies does the API have that are no service's messages?"""

from __future__ import annotations

import datetime
from typing import Annotated

from marshmallow.validate import OneOf

from wire.contract import message
from wire.values import (
    CountryCode,
    DeviceToken,
    EmailAddress,
    Locale,
    Name,
    Phone,
    Secret,
    TimeZone,
    TotpCode,
)


@message
class NewOwner:
    name: Name
    email: EmailAddress
    phone: Phone | None = None


@message
class NewAccount:
    """What it takes to sign up; locale and time zone are the browser's where they are not given."""

    company_name: Name
    country: CountryCode
    owner: NewOwner
    locale: Locale | None = None
    time_zone: TimeZone | None = None


@message
class NewPassword:
    password: Secret
    password_repeat: Secret


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


@message
class BillingAnswer:
    """The billing page's data. `stale` says that billing did not answer: what is there is what it said at `as_of`, the
    last time that this gateway heard it; all of it is null where that never happened."""

    plan: str | None
    status: str | None
    trial_started_at: datetime.datetime | None
    trial_ends_at: datetime.datetime | None
    stale: bool
    as_of: datetime.datetime | None

"""Which bodies does the API have that are no service's messages?"""

from __future__ import annotations

import datetime

from wire.contract import message
from wire.values import CountryCode, EmailAddress, Locale, Name, Phone, Secret, TimeZone


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
    email: EmailAddress
    password: Secret


@message
class BillingAnswer:
    """The billing page's data; `stale` says that billing did not answer, and `as_of` when it last did."""

    plan: str | None
    status: str | None
    trial_started_at: datetime.datetime | None
    trial_ends_at: datetime.datetime | None
    stale: bool
    as_of: datetime.datetime | None

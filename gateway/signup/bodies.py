"""Request and answer bodies of sign-up that are the API's own."""

from __future__ import annotations

from wire.contract import message
from wire.values import (
    CountryCode,
    EmailAddress,
    Locale,
    Name,
    Phone,
    TimeZone,
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

"""Request bodies of one's own data and the company's that are the API's own."""

from __future__ import annotations

from wire.absent import ABSENT, Absent
from wire.contract import message
from wire.values import CountryCode, EmailAddress, ExternalId, Locale, Name, Phone, Secret, Slug, TimeZone


@message
class MeChange:
    """What is absent stays. `phone: null` takes the number away. An `email` begins a change that the new mailbox
    confirms; it and `phone` need the password, unless it was given a few minutes ago."""

    name: Name | Absent = ABSENT
    phone: Phone | Absent | None = ABSENT
    locale: Locale | Absent = ABSENT
    time_zone: TimeZone | Absent = ABSENT
    email: EmailAddress | Absent = ABSENT
    current_password: Secret | None = None


@message
class AccountChange:
    """What is absent stays; `external_id: null` takes it away."""

    company_name: Name | Absent = ABSENT
    slug: Slug | Absent = ABSENT
    country: CountryCode | Absent = ABSENT
    locale: Locale | Absent = ABSENT
    time_zone: TimeZone | Absent = ABSENT
    external_id: ExternalId | Absent | None = ABSENT

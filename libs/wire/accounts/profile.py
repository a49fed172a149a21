"""A user's own profile and the details of their account, read and changed."""

from __future__ import annotations

from wire.absent import ABSENT, Absent
from wire.accounts.tenancy import Account, User
from wire.contract import Refusal, message
from wire.values import (
    CountryCode,
    EmailAddress,
    ExternalId,
    Locale,
    Name,
    Phone,
    Secret,
    Slug,
    TimeZone,
    Version,
)


@message
class GetMe:
    pass


@message
class Me:
    user: User
    account: Account


@message
class UpdateMe:
    """What is absent stays as it is. With the versions that the change was made from, it is refused when there are
    newer ones. An `email` begins a confirmed change of address; it and `phone` need the password."""

    user_version: Version | None = None
    account_version: Version | None = None
    name: Name | Absent = ABSENT
    phone: Phone | Absent | None = ABSENT
    locale: Locale | Absent = ABSENT
    time_zone: TimeZone | Absent = ABSENT
    email: EmailAddress | Absent = ABSENT
    current_password: Secret | None = None


@message
class GetAccount:
    pass


@message
class UpdateAccount:
    """What is absent stays as it is; `external_id: null` takes it away."""

    version: Version | None = None
    company_name: Name | Absent = ABSENT
    slug: Slug | Absent = ABSENT
    country: CountryCode | Absent = ABSENT
    locale: Locale | Absent = ABSENT
    time_zone: TimeZone | Absent = ABSENT
    external_id: ExternalId | Absent | None = ABSENT


@message
class ProfileUpdated:
    """A user's own data changed; what changed, and from what, stands beside it."""

    user: User


@message
class AccountUpdated:
    """The tenant's data changed; what changed, and from what, stands beside it."""

    account: Account


class AccountUnknown(Refusal):
    code = "account_unknown"


class SlugInUse(Refusal):
    """Another account's portal stands at this address."""

    code = "slug_in_use"

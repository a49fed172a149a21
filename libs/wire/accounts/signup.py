"""Sign-up: a new account with its first user."""

from __future__ import annotations

from wire.accounts.tenancy import Account, User
from wire.contract import Refusal, message
from wire.values import CountryCode, EmailAddress, Locale, Name, Phone, TimeZone


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


@message
class AccountCreated:
    account: Account
    owner: User


@message
class SignUpRepeated:
    """Somebody signed up with an address that already has a user; only that address may learn it."""

    user: User


class CountryUnknown(Refusal):
    code = "country_unknown"

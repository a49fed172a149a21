"""Email addresses and phone numbers: how they are compared, written and shown.

The comparison form of an address: domain in lower case and IDNA, local part in lower case. Mail providers that tell
`Ann@` from `ann@` are rarer than people who type their own name both ways.
"""

from __future__ import annotations

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from wire.identity import EmailInvalid, PhoneInvalid
from wire.values import PHONE_LENGTH_MAX


def email_key(email: str) -> str:
    """The form in which addresses are compared. Raises `EmailInvalid`."""
    try:
        checked = validate_email(email, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise EmailInvalid(str(error)) from None
    domain = checked.ascii_domain or checked.domain
    return f"{checked.local_part}@{domain}".lower()


def known_email_key(email: str) -> str | None:
    """The comparison form; None for what is no address, which nobody has."""
    try:
        return email_key(email)
    except EmailInvalid:
        return None


def comparable(email: str) -> str:
    """The comparison form of anything that was given as an address."""
    return known_email_key(email) or email.strip().lower()


def masked(email: str) -> str:
    """Enough of an address to know one's own: `a•••@example.com`."""
    local, _, domain = email.rpartition("@")
    return f"{local[:1]}•••@{domain}"


def phone_number(phone: str, country: str) -> str:
    """The number in E.164, read as one of `country`, where that is known, if it has no prefix; an extension stands
    behind it: `+33142685300;ext=12`. Raises `PhoneInvalid`.

    Its prefix has to be one that is given out, not only its length right: a slip of the finger is told at once. New
    ranges come with newer versions of phonenumbers.
    """
    try:
        number = phonenumbers.parse(phone, country)
    except phonenumbers.NumberParseException as error:
        raise PhoneInvalid(str(error)) from None
    if not phonenumbers.is_valid_number(number):
        raise PhoneInvalid("not a phone number that is given out")
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    extended = f"{written};ext={number.extension}" if number.extension else written
    if len(extended) > PHONE_LENGTH_MAX:
        raise PhoneInvalid("longer than a phone number can be")
    return extended

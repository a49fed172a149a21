"""Types of fields that several contracts share, with their limits."""

from __future__ import annotations

import re
import unicodedata
import zoneinfo
from enum import StrEnum
from typing import Annotated

from marshmallow import ValidationError
from marshmallow.validate import Email, Length, OneOf, Range, Regexp

from wire.contract import message

LOCALES = ("en", "fr", "ko")
PAGE_SIZE = 30
PAGE_SIZE_MAX = 100
PHONE_LENGTH_MAX = 40

# Characters that end a line, turn the direction of what follows, or steer a terminal.
CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
# Letters and signs by their category that show nothing: fillers of Hangul, and the Braille pattern without a dot.
FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
LINK = re.compile(r"https?:|\bwww\.|\b[a-z0-9](?:[a-z0-9-]{0,62}\.)+[a-z]{2,63}/", flags=re.IGNORECASE)


def one_line(text: str) -> None:
    """Refuse control and bidi characters: a name is shown in lists, subjects and headers."""
    if CONTROL_CHARACTERS.search(text):
        raise ValidationError("Must be one line without control characters.")


def known_time_zone(name: str) -> None:
    """Refuse what the IANA time zone database does not have."""
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise ValidationError("Not an IANA time zone.") from None


def not_blank(text: str) -> None:
    """Refuse what shows nothing: spaces, and characters that are as invisible."""
    if not any(map(is_visible, text)):
        raise ValidationError("Must not be blank.")


def is_visible(character: str) -> bool:
    """Whether there is something to see of it; a mark alone has nothing to stand on."""
    return unicodedata.category(character)[0] in "LNPS" and character not in FILLERS


def no_link(text: str) -> None:
    """Refuse what mail programs and pages of others would make a link of."""
    if LINK.search(text):
        raise ValidationError("Must not hold a link.")


def external_id_key(external_id: str) -> str:
    """The form in which they are compared: other systems write the same id now in capitals and now in small letters."""
    return unicodedata.normalize("NFKC", external_id.strip()).casefold()


EmailAddress = Annotated[str, Length(max=254), Email()]
Locale = Annotated[str, OneOf(LOCALES)]
CountryCode = Annotated[str, Regexp(r"\A[A-Z]{2}\Z")]
TimeZone = Annotated[str, Length(max=64), known_time_zone]
# A length of its own for each limit: marshmallow then says which of the two was missed.
Name = Annotated[str, Length(min=1), Length(max=200), not_blank, one_line]
# Of somebody whom strangers write about, in mails that others read.
NameWithoutLink = Annotated[Name, no_link]
# What another system calls this one; told apart without case, kept as it was given last.
ExternalId = Annotated[str, Length(min=1), Length(max=255), not_blank, one_line]
Phone = Annotated[str, Length(min=3), Length(max=PHONE_LENGTH_MAX), one_line]
Secret = Annotated[str, Length(min=1), Length(max=1024)]
Digest = Annotated[str, Regexp(r"\A[0-9a-f]{64}\Z")]
TotpCode = Annotated[str, Length(min=6), Length(max=20), one_line]
DeviceToken = Annotated[str, Length(min=1), Length(max=200), one_line]
Version = Annotated[int, Range(min=1)]
# As it stands in the portal's address.
Slug = Annotated[str, Length(min=3), Length(max=60), Regexp(r"\A[a-z0-9]+(?:-[a-z0-9]+)*\Z")]
Cursor = Annotated[str, Length(max=2048)]
PageLimit = Annotated[int, Range(min=1, max=PAGE_SIZE_MAX)]


class AccountStatus(StrEnum):
    TRIAL = "trial"
    ACTIVE = "active"
    PAST_DUE = "past_due"
    RESTRICTED = "restricted"
    CANCELLED = "cancelled"


class Role(StrEnum):
    OWNER = "owner"
    ADMIN = "admin"
    BILLING = "billing"
    AGENT = "agent"


class TokenState(StrEnum):
    ISSUED = "issued"
    CONSUMED = "consumed"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    REVOKED = "revoked"


@message
class Money:
    """An amount in the currency's smallest unit, with its ISO 4217 code."""

    amount_minor: int
    currency: Annotated[str, Regexp(r"\A[A-Z]{3}\Z")]

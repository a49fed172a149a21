"""Types of fields that several contracts share, with their limits."""

from __future__ import annotations

import re
import zoneinfo
from enum import StrEnum
from typing import Annotated

from marshmallow import ValidationError
from marshmallow.validate import Email, Length, OneOf, Range, Regexp

from wire.contract import message

LOCALES = ("en", "fr", "ko")
PAGE_SIZE = 30
PAGE_SIZE_MAX = 100

CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


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
    if not text.strip():
        raise ValidationError("Must not be blank.")


EmailAddress = Annotated[str, Length(max=254), Email()]
Locale = Annotated[str, OneOf(LOCALES)]
CountryCode = Annotated[str, Regexp(r"\A[A-Z]{2}\Z")]
TimeZone = Annotated[str, Length(max=64), known_time_zone]
# A length of its own for each limit: marshmallow then says which of the two was missed.
Name = Annotated[str, Length(min=1), Length(max=200), not_blank, one_line]
# What another system calls this one; told apart without case, kept as it was given last.
ExternalId = Annotated[str, Length(min=1), Length(max=255), not_blank, one_line]
Phone = Annotated[str, Length(min=3), Length(max=40), one_line]
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

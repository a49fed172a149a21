"""Time zones to choose from: those of the IANA database that are places, by the reader's word for the city."""

from __future__ import annotations

import zoneinfo
from functools import cache

from babel import Locale

# Regions of the database that hold places; the others are old names and offsets.
REGIONS = (
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)
UTC = "UTC"

Choices = tuple[tuple[str, str], ...]


@cache
def _choices(locale: str) -> Choices:
    names = [name for name in zoneinfo.available_timezones() if name.partition("/")[0] in REGIONS]
    return ((UTC, UTC), *((name, _label(name, locale)) for name in sorted(names)))


def _label(name: str, locale: str) -> str:
    """`서울 (Asia/Seoul)`; the name alone where the reader's language has no word for the place."""
    city = (Locale.parse(locale).time_zones.get(name) or {}).get("city")
    return f"{city} ({name})" if city else name


def choices(locale: str, current: str) -> Choices:
    """Names and labels, in order of the names; the current one is among them, whatever it is."""
    known = _choices(locale)
    return known if any(name == current for name, _ in known) else ((current, current), *known)

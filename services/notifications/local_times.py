"""Points in time, written in a reader's language and time zone."""

from __future__ import annotations

import datetime
import zoneinfo
from collections.abc import Callable

from babel import dates

TIME_FORMATS = {"ko": "aaaa\u00a0h:mm"}  # CLDR's short form for Korean says "PM 3:04", which nobody writes
NARROW_SPACE, NO_BREAK_SPACE = "\u202f", "\u00a0"


def local_time(at: datetime.datetime, *, time_zone: str, locale: str, gettext: Callable[[str], str]) -> str:
    """Day, time and the zone's name; refuses a naive time."""
    if at.tzinfo is None:
        raise ValueError("A point in time without an offset cannot be written")
    there = at.astimezone(zoneinfo.ZoneInfo(time_zone))
    parts = {
        "date": dates.format_date(there, "full", locale=locale),
        "time": dates.format_time(there, TIME_FORMATS.get(locale, "short"), locale=locale),
        "zone": dates.get_timezone_name(there, locale=locale),
    }
    # NOTE: for instance "Friday, July 3, 2026 at 9:15 AM (Central European Summer Time)"
    sentence = gettext("%(date)s at %(time)s (%(zone)s)") % parts
    return sentence.replace(NARROW_SPACE, NO_BREAK_SPACE)  # a narrow one is a box in some mail programs

"""Formats of dates, countries and time zones in the reader's language, by Babel."""

from __future__ import annotations

import dataclasses
import datetime
import re
import unicodedata
import zoneinfo
from functools import cache

from babel import Locale, dates, numbers

# What CLDR lists beside the countries of ISO 3166-1: groups, test locales, parts of countries, XK (Kosovo).
NOT_COUNTRIES = frozenset(
    ["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"]
)
TWO_LETTERS = re.compile(r"[A-Z]{2}")


def _sorting(name: str) -> str:
    """Éthiopie sorts with E; Korean is in order as it is."""
    plain = unicodedata.normalize("NFKD", name)
    if any("\uac00" <= char <= "\ud7a3" for char in name):
        return name
    return "".join(char for char in plain if not unicodedata.combining(char)).casefold()


@cache
def countries(locale: str) -> tuple[tuple[str, str], ...]:
    """Codes and names of all countries, in the order of their names."""
    names = Locale.parse(locale).territories
    found = [
        (code, name)
        for code, name in names.items()
        if TWO_LETTERS.fullmatch(code) and code not in NOT_COUNTRIES
    ]
    return tuple(sorted(found, key=lambda country: _sorting(country[1])))


@dataclasses.dataclass(frozen=True, slots=True)
class Formats:
    """One reader's way of writing things."""

    locale: str
    time_zone: str = "UTC"

    @property
    def zone(self) -> datetime.tzinfo:
        try:
            return zoneinfo.ZoneInfo(self.time_zone)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            return datetime.UTC

    def number(self, count: int) -> str:
        """A count with its thousands apart."""
        return numbers.format_decimal(count, locale=self.locale)

    def day_of(self, text: object) -> str:
        """A day that is the same everywhere, from `2026-11-29`; anything else stays as it is."""
        try:
            day = datetime.date.fromisoformat(str(text))
        except ValueError:
            return str(text)
        return dates.format_date(day, format="long", locale=self.locale)

    def date(self, moment: datetime.datetime) -> str:
        return dates.format_date(moment.astimezone(self.zone), format="long", locale=self.locale)

    def moment(self, moment: datetime.datetime) -> str:
        """Date and time to the minute."""
        pattern = str(dates.get_datetime_format("medium", locale=self.locale)).replace("'", "")
        day = dates.format_date(moment.astimezone(self.zone), format="medium", locale=self.locale)
        return pattern.replace("{1}", day).replace("{0}", self.clock(moment))

    def clock(self, moment: datetime.datetime) -> str:
        """The time to the minute, with the half of the day spelled out (CLDR's short Korean form is `PM`)."""
        pattern = dates.get_time_format("short", locale=self.locale).pattern
        spelled = re.sub(r"\ba\b", "aaaa", pattern)
        text = dates.format_time(moment, format=spelled, tzinfo=self.zone, locale=self.locale)
        return text.replace(" ", "\u00a0")  # 오후 4:30 stays in one line

    def language(self, locale: str) -> str:
        """A language's name, with a capital as in a list."""
        name = Locale.parse(locale).get_display_name(self.locale) or locale
        return name[:1].upper() + name[1:]

    def place(self, time_zone: str, now: datetime.datetime) -> str:
        """A time zone by its city and its present distance from UTC: `Paris (UTC+01:00)`."""
        known = Locale.parse(self.locale).time_zones.get(time_zone) or {}
        city = known.get("city") or time_zone.rsplit("/", 1)[-1].replace("_", " ")
        offset = now.astimezone(Formats(self.locale, time_zone).zone).strftime("%z")
        return city if city == "UTC" else f"{city} (UTC{offset[:3]}:{offset[3:5]})"

"""Language negotiation, and formats in the reader's language."""

from __future__ import annotations

import datetime

import pytest

from gateway.languages import negotiate_locale, with_language
from gateway.layout.formats import Formats, countries

NOON = datetime.datetime(2026, 11, 22, 14, 5, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("cookie", "profile", "accepted", "locale"),
    [
        ("ko", "fr", "en", "ko"),
        (None, "fr", "ko", "fr"),
        (None, None, "ko-KR,ko;q=0.9,en-US;q=0.8", "ko"),
        (None, None, "de-DE,de;q=0.9,fr-CA;q=0.8,en;q=0.7", "fr"),
        ("de", "it", "de", "en"),
        ("../../etc", None, "fr;q=0, en;q=0.1", "en"),
        (None, None, "*", "en"),
        (None, None, ";;;,q=x", "en"),
        (None, None, None, "en"),
    ],
)
def test_the_first_language_that_we_speak_wins(
    cookie: str | None, profile: str | None, accepted: str | None, locale: str
) -> None:
    assert negotiate_locale(cookie, profile, accepted) == locale


@pytest.mark.parametrize(
    ("page", "link"),
    [
        ("/log-in", "/log-in?lang=fr"),
        ("/mailbox?to=a%40b&lang=ko", "/mailbox?to=a%40b&lang=fr"),
        ("//evil.example/x", "/x?lang=fr"),
        ("https://evil.example/x?y=1", "/x?y=1&lang=fr"),
        ("", "/?lang=fr"),
    ],
)
def test_a_language_link_stays_on_this_page_and_this_host(page: str, link: str) -> None:
    assert with_language(page, "fr") == link


@pytest.mark.parametrize(
    ("locale", "date", "moment"),
    [
        ("en", "November 22, 2026", "Nov 22, 2026, 11:05\u202fPM"),
        ("fr", "22 novembre 2026", "22 nov. 2026, 23:05"),
        ("ko", "2026년 11월 22일", "2026. 11. 22. 오후\u00a011:05"),
    ],
)
def test_times_are_those_of_the_readers_clock(locale: str, date: str, moment: str) -> None:
    formats = Formats(locale, "Asia/Seoul")
    assert formats.date(NOON) == date
    assert formats.moment(NOON) == moment


def test_a_time_zone_that_nobody_knows_is_utc() -> None:
    assert Formats("fr", "Mars/Olympus").clock(NOON) == "14:05"


@pytest.mark.parametrize(
    ("locale", "place"),
    [("en", "New York (UTC-05:00)"), ("fr", "New York (UTC-05:00)"), ("ko", "뉴욕 (UTC-05:00)")],
)
def test_a_time_zone_is_a_city_and_a_distance(locale: str, place: str) -> None:
    assert Formats(locale).place("America/New_York", NOON) == place


@pytest.mark.parametrize(
    ("locale", "neighbours"),
    [
        ("en", ["France", "French Guiana"]),
        ("fr", ["État de la Cité du Vatican", "États-Unis", "Éthiopie", "Fidji"]),
        ("ko", ["대한민국", "덴마크"]),
    ],
)
def test_countries_are_in_the_order_of_their_names(locale: str, neighbours: list[str]) -> None:
    names = [name for _, name in countries(locale)]
    at = names.index(neighbours[0])
    assert names[at : at + len(neighbours)] == neighbours


@pytest.mark.parametrize("locale", ["en", "fr", "ko"])
def test_only_countries_are_countries(locale: str) -> None:
    codes = {code for code, _ in countries(locale)}
    assert len(codes) == 249
    assert {"FR", "KR", "US", "GB"} <= codes
    assert not codes & {"EU", "UN", "ZZ", "XA", "XK"}

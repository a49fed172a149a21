"""Every word on the pages in the reader's language."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from gateway import languages
from gateway.layout import formats, views
from gateway.texts import notices
from tests.browser import samples
from wire.values import LOCALES

# What a reader takes in beside the text itself.
SPOKEN = ("aria-label", "placeholder", "title", "alt", "data-label")
WORD = re.compile(r"[A-Za-z]{2}")
# The same in every language: names, addresses, programs, and what the samples put in.
COUNTRIES = {name for _, name in formats.countries(languages.FALLBACK)}
SAME_EVERYWHERE = frozenset({"Frontdesk", "API", *languages.NATIVE_NAMES.values(), *COUNTRIES})
LOOKS_THE_SAME = {
    "fr": frozenset(
        {
            "Activation",
            "Sessions",
            "Pages",
            "Actions",
            "Agent",
            "Code",
            "Date",
            "Message",
            "Description",
            "Workflows",
            "Contact",
            "Contacts",
            "contacts",
        }
    )
}


class Words(HTMLParser):
    """Everything on a page that is said to its reader."""

    def __init__(self) -> None:
        super().__init__()
        self.said: set[str] = set()
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in ("script", "style", "code", "pre")
        self.said |= {value for name, value in attrs if name in SPOKEN and value}

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style", "code", "pre")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.said.add(" ".join(data.split()).removesuffix(" · Frontdesk"))


def words(name: str, locale: str) -> set[str]:
    page = samples.pages(locale)[name]
    parser = Words()
    parser.feed(views.draw(page, locale=locale, nonce="n0nce"))
    return {text for text in parser.said if WORD.search(text) and not is_data(text)}


def is_data(text: str) -> bool:
    """Addresses, paths, files, zones and what the samples put in are nobody's language."""
    return text in SAME_EVERYWHERE | samples.SAME_EVERYWHERE or bool(re.search(r"@|/|\.pdf$|UTC", text))


@pytest.mark.parametrize("locale", [locale for locale in LOCALES if locale != languages.FALLBACK])
@pytest.mark.parametrize("name", samples.pages("en"))
def test_nothing_on_a_page_is_left_in_english(name: str, locale: str) -> None:
    left = words(name, locale) & words(name, languages.FALLBACK)
    assert left - LOOKS_THE_SAME.get(locale, frozenset()) == set()


@pytest.mark.parametrize("code", notices.NOTICES)
def test_a_notice_is_said_in_three_languages(code: str) -> None:
    assert len({notices.text(code, locale) for locale in LOCALES}) == len(LOCALES)


def test_a_notice_that_is_not_ours_says_nothing() -> None:
    assert notices.text("<b>You have won</b>", "en") is None
    assert notices.text(None, "en") is None

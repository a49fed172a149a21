"""Text that a stranger typed is harmless by the time it stands in a mail."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.untrusted_text import BIDI, LENGTH_MAX, one_line, unlinked

ANYTHING = st.text(st.characters(exclude_categories=[]), max_size=300)
PIECES = [
    "http",
    "s",
    "mailto",
    "sms",
    "www",
    "evil",
    "com",
    "x",
    "1",
    ".",
    ":",
    "/",
    "//",
    "@",
    "-",
    " ",
    "\u200b",
]
LINK = re.compile(
    r"[a-z][a-z0-9+.-]*://|\bwww\.\w|[a-z0-9-]+\.[a-z0-9][a-z0-9-]*[a-z0-9]|\S@[\w.-]+\.\w\w", re.IGNORECASE
)


@given(ANYTHING)
def test_a_display_name_is_one_short_line_of_printable_text(text: str) -> None:
    name = one_line(text)
    assert len(name) <= LENGTH_MAX
    assert not BIDI & set(name)
    assert not {unicodedata.category(character) for character in name} & {"Cc", "Cs", "Zl", "Zp"}
    assert name == name.strip()
    name.encode("utf-8")


@given(ANYTHING)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert one_line(one_line(text)) == one_line(text)


@pytest.mark.parametrize(
    "name",
    ["Ada Lovelace", "김민준", "Élodie Lefèvre-O’Hara", "J.R.R. Tolkien", "Smith & Sons, Inc.", "山田 太郎"],
)
def test_ordinary_names_stay_as_they_are(name: str) -> None:
    assert unlinked(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "see https://evil.example/now",
        "HTTP://EVIL.EXAMPLE",
        "www.evil.example",
        "evil.example",
        "10.20.30.40",
        "mailto:thief@evil.example",
        "evil。example",
        "httphttps://s://evil.example",
        "a\u202ehttps://evil.example",
    ],
)
def test_nothing_in_a_name_can_be_clicked(name: str) -> None:
    assert not LINK.search(unlinked(name))
    assert not LINK.search(unicodedata.normalize("NFC", unlinked(name)))


@given(st.lists(st.sampled_from(PIECES), max_size=15).map("".join))
def test_nothing_made_of_the_letters_of_links_can_be_clicked(name: str) -> None:
    assert not LINK.search(unlinked(name))


def test_a_company_named_after_its_host_can_still_be_read() -> None:
    assert unlinked("Bücher.example GmbH") == "Bücher․example GmbH"

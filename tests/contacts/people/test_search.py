"""Search in lists of contacts: by the beginning of any word of names, addresses and numbers, whatever the script."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contacts.people import addressbook, search, words
from contacts.people.models import ContactWordRow
from tests.contacts.conftest import OTHER
from tests.contacts.people.support import listed, names
from tests.support.sessions import rolled_back
from tests.support.sizes import size

PEOPLE = {
    "Ann O'Brien": {"emails": ("ann.lee@mail.example.org", "second@elsewhere.example.com")},
    "Émile Zola": {"emails": ("emile@example.net",)},
    "Søren Łódź": {"phone": "+33612345678"},
    "Ψυχή Ωραία": {"mobile": "010-1234-5678"},
    "Алёна Йод": {"phone": "+44 20 7946 0000"},
    "김민준": {"emails": ("kim@example.kr",)},
    "이 김수": {"phone": "+82 2 312 3456"},
    "ＭＩＮＡ Straße": {"external_id": "1"},
    "Jean-Pierre Martin": {"external_id": "2"},
}


@pytest.fixture(scope="module")
def people(contacts_url: str) -> Iterator[Session]:
    with rolled_back(contacts_url) as session:
        for name, columns in PEOPLE.items():
            listed(session, name, **columns)
        listed(session, "Ann Stranger", account_id=OTHER)
        yield session


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("ann", "Ann"),
        ("ANN", "Ann"),
        ("brien", "Ann"),
        ("obrien", "Ann"),
        ("O'Brien", "Ann"),
        ("o’brien", "Ann"),
        ("rien", ""),
        ("brien ann", "Ann"),
        ("ann zola", ""),
        ("ann.lee@mail.example.org", "Ann"),
        ("ANN.LEE@MAIL", "Ann"),
        ("lee@mail", "Ann"),
        ("@mail.example.org", "Ann"),
        ("mail.example", "Ann"),
        ("elsewhere", "Ann"),
        ("second", "Ann"),
        ("example", "Ann Émile 김민준"),
        ("emile", "Émile"),
        ("émile", "Émile"),
        ("É", "Ann Émile 김민준"),
        ("e\u0301mi", "Émile"),
        ("soren", "Søren"),
        ("lodz", "Søren"),
        ("ψυχη", "Ψυχή"),
        ("ΩΡΑΊΑ", "Ψυχή"),
        ("алена", "Алёна"),
        ("иод", "Алёна"),
        ("김", "이 김민준"),
        ("김민", "김민준"),
        ("기", "이 김민준"),
        ("ㄱ", "이 김민준"),
        ("\u1100\u1175\u11b7", "이 김민준"),
        ("김미", "김민준"),
        ("민준", ""),
        ("mina", "ＭＩＮＡ"),
        ("strasse", "ＭＩＮＡ"),
        ("pierre", "Jean-Pierre"),
        ("jean-pierre", "Jean-Pierre"),
        ("+33 6 12", "Søren"),
        ("0033612345678", "Søren"),
        ("06 12 34 56 78", "Søren"),
        ("612345", "Søren"),
        ("345678", ""),
        ("020 7946", "Алёна"),
        ("(02) 312", "이"),
        ("010 1234", "Ψυχή"),
        ("!!!", ""),
    ],
)
def test_the_beginning_of_any_word_finds_a_contact(people: Session, typed: str, found: str) -> None:
    assert sorted(name.split()[0] for name in names(people, q=typed)) == sorted(found.split())


@pytest.mark.parametrize("typed", ["", "   "])
def test_who_searches_for_nothing_sees_the_list(people: Session, typed: str) -> None:
    assert len(names(people, q=typed)) == len(PEOPLE)


def test_a_search_for_a_tag_finds_no_contact_by_its_filters_words(people: Session) -> None:
    assert names(people, q="tag") == []
    assert names(people, q="=tag") == []
    assert names(people, q="custom") == []


def test_a_change_is_found_and_what_was_before_is_not(session: Session) -> None:
    row = listed(session, "Old Name", tags=["before"])
    row.name, row.name_key, row.tags = "New Name", addressbook.name_key("New Name"), ["after"]
    words.rewrite(session, row)
    assert names(session, q="old") == []
    assert names(session, q="new") == ["New Name"]
    assert names(session, filter="tag:'before'") == []
    assert names(session, filter="tag:'after'") == ["New Name"]
    before = session.scalar(select(func.count()).select_from(ContactWordRow))
    words.rewrite(session, row)
    assert session.scalar(select(func.count()).select_from(ContactWordRow)) == before


@given(name=st.text(min_size=1, max_size=200).filter(str.strip), count=st.integers(1, 3))
@settings(
    max_examples=size(100, 2000),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_every_beginning_of_a_name_finds_it(session: Session, name: str, count: int) -> None:
    """Whatever a name is made of, what its words begin with is within a range of its words."""
    name = name.replace("\x00", "").encode("utf-8", "ignore").decode() or "x"
    row = listed(session, name)
    found = words.of(row)
    for word in words.split(words.folded(name)):
        wanted = search.beginning_with(word[:count])
        leading = any(wanted.first <= one and (wanted.end is None or one < wanted.end) for one in found)
        assert leading or len(found) == words.WORDS_MAX, (word, found)


@given(st.text(max_size=200))
@settings(max_examples=size(300, 5000))
def test_whatever_is_typed_is_a_few_ranges_at_once(typed: str) -> None:
    begun = time.process_time()
    assert len(search.ranges(typed)) <= search.WORDS_MAX
    assert time.process_time() - begun < 0.1

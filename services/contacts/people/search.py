"""Search by the beginnings of words: what is typed becomes ranges of words, which an index holds in their order."""

from __future__ import annotations

import dataclasses
import re
import uuid

from sqlalchemy import ColumnElement, Select, literal, literal_column, select
from sqlalchemy.orm import InstrumentedAttribute

from contacts.people import words
from contacts.people.models import ContactEmailRow, ContactRow, ContactWordRow

# More words than anybody types; the others are as if they had not been.
WORDS_MAX = 8
# A number, as numbers are written: one word, however its digits are set apart.
NUMBER = re.compile(r"\+?[\d\s().\-/]+")
NUMBER_DIGITS = 5
FIRST_SYLLABLE, LAST_SYLLABLE = 0xAC00, 0xD7A3
FIRST_INITIAL, LAST_INITIAL = 0x1100, 0x1112
FINALS, SYLLABLES_OF_INITIAL = 28, 588
SURROGATES = range(0xD800, 0xE000)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Range:
    """The words from `first` on that come before `end`."""

    first: str
    end: str | None

    def holds(self, column: InstrumentedAttribute[str]) -> list[ColumnElement[bool]]:
        return [column >= self.first, *([column < self.end] if self.end is not None else [])]


def ranges(typed: str) -> list[Range]:
    """A range for each word that was typed; a contact that is found has a word in each of them."""
    if NUMBER.fullmatch(typed.strip()) and len(words.digits(typed)) >= NUMBER_DIGITS:
        return [beginning_with(words.digits(typed))]
    found = [word for part in words.folded(typed).split() for word in _words(part)]
    return [beginning_with(word[: words.LENGTH_MAX]) for word in dict.fromkeys(found)][:WORDS_MAX]


def _words(part: str) -> list[str]:
    """An address, or a domain after its `@`, is one word."""
    if "@" not in part:
        return words.split(part)
    address = part.lstrip("@")
    return [address] if words.split(address[:1]) else words.split(part)


def beginning_with(word: str) -> Range:
    """A last syllable without a final consonant also stands for those with one (기 for 김), and a lone initial
    consonant for all its syllables: so far has somebody come who is still typing."""
    last = ord(word[-1])
    if FIRST_INITIAL <= last <= LAST_INITIAL:
        first = FIRST_SYLLABLE + (last - FIRST_INITIAL) * SYLLABLES_OF_INITIAL
        return Range(first=word[:-1] + chr(first), end=word[:-1] + chr(first + SYLLABLES_OF_INITIAL))
    is_open = FIRST_SYLLABLE <= last <= LAST_SYLLABLE and (last - FIRST_SYLLABLE) % FINALS == 0
    return Range(first=word, end=_after(word, FINALS if is_open else 1))


def _after(word: str, step: int) -> str | None:
    """The first text that comes after all those that begin with this word; None where nothing does."""
    following = ord(word[-1]) + step
    if following in SURROGATES:
        following = SURROGATES.stop
    if following <= 0x10FFFF:
        return word[:-1] + chr(following)
    return _after(word[:-1], 1) if len(word) > 1 else None


def contacts_with(
    account_id: uuid.UUID, wanted: Range, *, is_leading: tuple[bool, ...] = (True, False)
) -> Select[uuid.UUID]:
    """The ids of the account's contacts that have a word in the range, some of them more than once."""
    return select(ContactWordRow.contact_id).where(
        ContactWordRow.account_id == account_id,
        ContactWordRow.is_leading.in_(is_leading),
        *wanted.holds(ContactWordRow.word),
    )


def has_word(row: type[ContactRow], wanted: Range, *, is_leading: bool | None = None) -> ColumnElement[bool]:
    """Whether this contact has a word in the range."""
    found = select(literal(1)).where(ContactWordRow.contact_id == row.id, *wanted.holds(ContactWordRow.word))
    if is_leading is not None:
        found = found.where(ContactWordRow.is_leading.is_(is_leading))
    return is_there(found)


def has_term(row: type[ContactRow], term: str) -> ColumnElement[bool]:
    """Whether this contact has exactly this word."""
    return is_there(
        select(literal(1)).where(ContactWordRow.contact_id == row.id, ContactWordRow.word == term)
    )


def contacts_with_term(account_id: uuid.UUID, term: str) -> Select[uuid.UUID]:
    return select(ContactWordRow.contact_id).where(
        ContactWordRow.account_id == account_id,
        ContactWordRow.is_leading.is_(False),
        ContactWordRow.word == term,
    )


def is_there(found: Select[int]) -> ColumnElement[bool]:
    """An EXISTS that is asked for each row on its own: PostgreSQL would make one of its own a join over all rows."""
    one = found.limit(literal_column("1"))
    return one.correlate_except(ContactWordRow, ContactEmailRow).scalar_subquery().is_not(None)

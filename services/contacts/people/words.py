"""Words of a contact: what a search finds it by, and terms by which a filter does.

Each is kept in its comparison form. Of two words that begin alike the longer one is enough, since a search asks for a
beginning: an address is kept whole and from each of its parts on.
"""

from __future__ import annotations

import hashlib
import itertools
import re
import unicodedata
import uuid
from collections.abc import Iterable, Iterator

import phonenumbers
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from contacts.people.models import ContactRow, ContactWordRow

LENGTH_MAX = 100
TERM = "="
# A contact has so many at most: strangers choose names.
WORDS_MAX = 200
# Letters that are no base with a mark to Unicode, and that are searched for without theirs all the same.
ALIKE = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i"})
# Latin, Greek and Cyrillic end before it; their marks are left out, those of other scripts make other words.
FIRST_OTHER_SCRIPT = 0x0530
APOSTROPHES = re.compile("['’ʼ]")


def key(value: str) -> str:
    """The form in which whole values are compared: without case, as far as NFKC tells alike."""
    return unicodedata.normalize("NFKC", value.strip()).casefold()


def term(field: str, value: str) -> str:
    """The word by which a filter finds the contacts whose field has exactly this value. No search meets it: what is
    searched for begins with a letter or a digit."""
    compared = key(value)
    whole = f"{TERM}{field}={compared}"
    if len(whole) <= LENGTH_MAX:
        return whole
    return f"{TERM}{field}={hashlib.sha256(compared.encode()).hexdigest()[:32]}"


def folded(value: str) -> str:
    """Without case, and without the marks of Latin, Greek and Cyrillic letters; Korean syllables are composed."""
    letters: list[str] = []
    base = ""
    for letter in unicodedata.normalize("NFKD", value.casefold()):
        if not unicodedata.combining(letter):
            base = letter
        elif base and ord(base) < FIRST_OTHER_SCRIPT:
            continue
        letters.append(letter)
    return unicodedata.normalize("NFKC", "".join(letters)).casefold().translate(ALIKE)


def split(value: str) -> list[str]:
    """The words of a text in its folded form: letters with their marks, and digits."""
    return "".join(letter if _is_of_word(letter) else " " for letter in value).split()


def _is_of_word(letter: str) -> bool:
    return letter.isalnum() or unicodedata.category(letter).startswith("M")


def digits(number: str) -> str:
    """A telephone number's digits, without the zeros that stand for the plus."""
    found = "".join(str(unicodedata.digit(letter)) for letter in number if unicodedata.digit(letter, -1) >= 0)
    return found.removeprefix("00")


def rewrite(session: Session, row: ContactRow) -> None:
    """Bring the contact's words in line with it.

    Whoever changes a contact's name, phone, mobile, tags, companies or custom fields, or adds, changes or removes an
    address of it, calls this once in the same transaction, with the addresses loaded.
    """
    session.flush()
    wanted = of(row)
    found = select(ContactWordRow.word, ContactWordRow.is_leading).where(ContactWordRow.contact_id == row.id)
    kept = dict(session.execute(found).all())
    _remove(session, row, [word for word, is_leading in kept.items() if wanted.get(word) is not is_leading])
    _add(session, row, {word: wanted[word] for word in wanted if kept.get(word) is not wanted[word]})


def forget_field(session: Session, account_id: uuid.UUID, key: str) -> None:
    """No contact of the account has this custom field any more."""
    beginning = f"{TERM}custom.{key}="
    session.execute(
        delete(ContactWordRow)
        .where(
            ContactWordRow.account_id == account_id,
            ContactWordRow.is_leading.is_(False),
            ContactWordRow.word >= beginning,
            # The character after the equals sign.
            ContactWordRow.word < beginning[:-1] + ">",
        )
        .execution_options(synchronize_session=False)
    )


def of(row: ContactRow) -> dict[str, bool]:
    """The contact's words, and of each whether the name, as the list is ordered, begins with it."""
    found = {word[:LENGTH_MAX] for word in _all(row)}
    ordered = sorted(found)
    needed = [
        word
        for word, following in itertools.pairwise([*ordered, ""])
        if not following.startswith(word) or word.startswith(TERM)
    ]
    # Terms first: filters are exact.
    chosen = sorted(needed, key=lambda word: not word.startswith(TERM))[:WORDS_MAX]
    return {word: _is_leading(row, word) for word in chosen}


def _is_leading(row: ContactRow, word: str) -> bool:
    return not word.startswith(TERM) and row.name_key.startswith(word)


def _all(row: ContactRow) -> Iterator[str]:
    yield from _of_name(row.name)
    for address in row.emails:
        yield from _of_address(address.email)
        yield from _of_address(address.email_key)
    for number in (row.phone, row.mobile):
        yield from _of_number(number)
    yield from terms(row)


def terms(row: ContactRow) -> Iterator[str]:
    """What filters find it by, beside what has an index of its own."""
    for field, number in (("phone", row.phone), ("mobile", row.mobile)):
        if number:
            yield term(field, digits(number))
    for tag in row.tags:
        yield term("tag", tag)
    for company_id in row.company_ids:
        yield term("company_id", str(company_id))
    for name, value in row.custom_fields.items():
        if isinstance(value, str):
            yield term(f"custom.{name}", value)


def _of_name(name: str) -> Iterator[str]:
    for part in folded(name).split():
        if "@" in part:
            yield from _of_address(part)
        yield from split(part)
        yield from split(APOSTROPHES.sub("", part))


def _of_address(address: str) -> Iterator[str]:
    """The address from each of its parts on: `ann.lee@example.org`, `lee@example.org`, `example.org`, `org`."""
    whole = folded(address)
    for match in re.finditer(r"(?<![^\W_])[^\W_]", whole):
        yield whole[match.start() :]


def _of_number(number: str | None) -> Iterator[str]:
    """The digits, with and without the prefixes for dialling from abroad and at home."""
    if not number or not digits(number):
        return
    yield digits(number)
    yield digits(number).lstrip("0")
    try:
        national = phonenumbers.national_significant_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return
    yield national
    yield "0" + national


def _remove(session: Session, row: ContactRow, gone: Iterable[str]) -> None:
    if words := list(gone):
        session.execute(
            delete(ContactWordRow)
            .where(ContactWordRow.contact_id == row.id, ContactWordRow.word.in_(words))
            .execution_options(synchronize_session=False)
        )


def _add(session: Session, row: ContactRow, new: dict[str, bool]) -> None:
    values = [
        {"account_id": row.account_id, "contact_id": row.id, "word": word, "is_leading": is_leading}
        for word, is_leading in new.items()
        if word
    ]
    if values:
        session.execute(insert(ContactWordRow).values(values).on_conflict_do_nothing())

"""Blocklist of common passwords: those of the well-known lists, stretched to the length we ask for.

The lists are zxcvbn's, commonest first. Few leaked passwords are long enough as they stand: the short ones come back
doubled, or with the ending that everybody adds.
"""

from __future__ import annotations

from zxcvbn.frequency_lists import FREQUENCY_LISTS

LENGTH_MIN = 12
STRETCHED = 10_000
TIMES_MAX = 6
ENDINGS = ("1", "12", "123", "1234", "12345", "123456", "!", "1!", "123!", "2024", "2025", "2026", "01", "00")


def holds(password: str) -> bool:
    """Whether it is one of the passwords that are tried first, in whatever case."""
    return password.casefold() in COMMON


def _common() -> frozenset[str]:
    """Every one of them that is long enough, in lower case."""
    passwords: list[str] = [word.casefold() for word in FREQUENCY_LISTS["passwords"]]
    found = {word for words in FREQUENCY_LISTS.values() for word in words if len(word) >= LENGTH_MIN}
    for word in passwords[:STRETCHED]:
        found |= {stretched for stretched in _stretched(word) if len(stretched) >= LENGTH_MIN}
    return frozenset(found)


def _stretched(word: str) -> list[str]:
    """The word again and again, and with what is put behind it."""
    return [*(word * times for times in range(1, TIMES_MAX + 1)), *(word + ending for ending in ENDINGS)]


# About 85,000; a quarter of a second, which is spent before the service starts and not by whoever comes first.
COMMON = _common()

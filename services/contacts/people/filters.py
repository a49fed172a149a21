"""The grammar of filters: `state:'unverified' AND (company_id:… OR tag:'vip') AND created_at:>'2026-01-01'`.

any        = all { OR all }
all        = one { AND one }
one        = "(" any ")" | field ":" [ ">" | "<" ] value
value      = "'" { character | "''" } "'" | bare | null
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from enum import StrEnum

from wire.contacts.people import FilterInvalid
from wire.contract import FieldError

DEPTH_MAX = 10
TERMS_MAX = 30
POINTER = "/filter"

SPACE = re.compile(r"\s*")
JOIN = re.compile(r"(AND|OR)(?![\w.:])", re.IGNORECASE)
FIELD = re.compile(r"[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)?")
QUOTED = re.compile(r"'((?:[^']|'')*+)'")
BARE = re.compile(r"[^\s()']+")
NULL = "null"


class Operator(StrEnum):
    EQUAL = "="
    ABOVE = ">"
    BELOW = "<"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Comparison:
    """A field and the value that it is compared with, None for `null`; where both stand, counted from 1."""

    field: str
    operator: Operator
    value: str | None
    is_quoted: bool
    field_at: int
    value_at: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class All:
    parts: tuple[Node, ...]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Any:
    parts: tuple[Node, ...]


Node = Comparison | All | Any


def parse(written: str | None) -> Node | None:
    """What a filter says; None for one that says nothing. Raises `FilterInvalid`."""
    if written is None or not written.strip():
        return None
    return _Parser(written).whole()


def refusal(code: str, at: int, *expected: str, known: Sequence[str] = ()) -> FilterInvalid:
    """What is wrong at this position, counted from 1, and what could stand there."""
    error = FieldError(pointer=POINTER, code=code, detail=", ".join(expected))
    return FilterInvalid(errors=(error,), position=at, expected=list(expected), known=list(known))


class _Parser:
    def __init__(self, text: str) -> None:
        self.text, self.at, self.terms = text, 0, 0

    def whole(self) -> Node:
        found = self.any(0)
        if self.at < len(self.text):
            raise self.wrong("AND", "OR")
        return found

    def any(self, depth: int) -> Node:
        parts = [self.all(depth)]
        while self.join("OR"):
            parts.append(self.all(depth))
        return parts[0] if len(parts) == 1 else Any(parts=tuple(parts))

    def all(self, depth: int) -> Node:
        parts = [self.one(depth)]
        while self.join("AND"):
            parts.append(self.one(depth))
        return parts[0] if len(parts) == 1 else All(parts=tuple(parts))

    def one(self, depth: int) -> Node:
        self.space()
        if not self.text.startswith("(", self.at):
            return self.comparison()
        if depth == DEPTH_MAX:
            raise refusal("filter_too_complex", self.at + 1)
        self.at += 1
        found = self.any(depth + 1)
        if not self.text.startswith(")", self.at):
            raise self.wrong(")", "AND", "OR")
        self.at += 1
        self.space()
        return found

    def comparison(self) -> Comparison:
        field_at = self.at + 1
        if self.terms == TERMS_MAX:
            raise refusal("filter_too_complex", field_at)
        self.terms += 1
        field = self.take(FIELD, "field", "(")
        operator = self.operator()
        value_at = self.at + 1
        value, is_quoted = self.value()
        self.space()
        return Comparison(
            field=field.lower(),
            operator=operator,
            value=value,
            is_quoted=is_quoted,
            field_at=field_at,
            value_at=value_at,
        )

    def operator(self) -> Operator:
        self.space()
        if not self.text.startswith(":", self.at):
            raise self.wrong(":")
        self.at += 1
        self.space()
        sign = self.text[self.at : self.at + 1]
        if sign not in (">", "<"):
            return Operator.EQUAL
        self.at += 1
        self.space()
        return Operator(sign)

    def value(self) -> tuple[str | None, bool]:
        """A quoted value, or a bare one that its field will judge."""
        if quoted := QUOTED.match(self.text, self.at):
            self.at = quoted.end()
            return quoted[1].replace("''", "'"), True
        if self.text.startswith("'", self.at):
            self.at = len(self.text)
            raise self.wrong("'")
        bare = self.take(BARE, "'value'", NULL)
        return (None if bare.lower() == NULL else bare), False

    def join(self, word: str) -> bool:
        self.space()
        found = JOIN.match(self.text, self.at)
        if found is None or found[1].upper() != word:
            return False
        self.at = found.end()
        return True

    def take(self, pattern: re.Pattern[str], *expected: str) -> str:
        found = pattern.match(self.text, self.at)
        if found is None:
            raise self.wrong(*expected)
        self.at = found.end()
        return found[0]

    def space(self) -> None:
        found = SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def wrong(self, *expected: str) -> FilterInvalid:
        return refusal("filter_syntax", self.at + 1, *expected)

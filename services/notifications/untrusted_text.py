"""Text that a stranger typed, made harmless for our mails.

Anybody can sign up with somebody else's address and a name like "You won, see evil.example". Our mail must
not carry that link to the address, nor a second header, nor text that runs backwards.
"""

from __future__ import annotations

import re
import unicodedata

LENGTH_MAX = 100
BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
FORBIDDEN_CATEGORIES = frozenset({"Cc", "Cs", "Zl", "Zp"})
DOT_LEADER = "\u2024"
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:/+|\b(?:mailto|tel|sms|xmpp):", re.IGNORECASE)
DOT_OF_A_HOST = re.compile(r"[.\u3002\uff0e\uff61](?=\d|[^\W_][\w-])|(?<=www)\.", re.IGNORECASE)


def one_line(text: str, *, length_max: int = LENGTH_MAX) -> str:
    """A display name: one line, at most 100 characters, no control and no bidi characters."""
    printable = "".join(character if _is_allowed(character) else " " for character in text)
    return " ".join(printable.split())[:length_max].rstrip()


def unlinked(text: str, *, length_max: int = LENGTH_MAX) -> str:
    """A name for the body of a mail: reads the same, but no mail program makes a link of it.

    An invisible character behind the dot would not do: browsers drop it again when they open the address.
    """
    return DOT_OF_A_HOST.sub(DOT_LEADER, SCHEME.sub("", one_line(text, length_max=length_max)))


def _is_allowed(character: str) -> bool:
    return character not in BIDI and unicodedata.category(character) not in FORBIDDEN_CATEGORIES

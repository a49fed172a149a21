"""Which passwords do we take, and how are they kept?

Policy (NIST SP 800-63B, OWASP ASVS 5 6.2): at least 12 characters, up to 128, no rules of composition; what is common
or made of the user's own words is refused, and the user is told why. Kept as Argon2id with m = 19456 KiB, t = 2,
p = 1 over an HMAC with a key that is not in the database.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

from wire.accounts import PasswordConfirmationMismatch, PasswordRefused
from wire.contract import FieldError

LENGTH_MIN = 12
LENGTH_MAX = 128
SCORE_MIN = 2
# zxcvbn's time grows with the square of the length.
SCORED_CHARACTERS = 72
OWN_WORD_LENGTH_MIN = 4

_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1, hash_len=32, salt_len=16)
# What an unknown user's password is checked against, so that the answer takes as long.
_NOBODY = _hasher.hash("nobody")


def normal(password: str) -> str:
    """NFKC, so that the same keys give the same password on every keyboard."""
    return unicodedata.normalize("NFKC", password)


def check(password: str, *, repeat: str, words: tuple[str, ...]) -> None:
    """Raise `PasswordConfirmationMismatch` or `PasswordRefused` with the reasons; `words` are the user's own.

    Takes milliseconds: call it off the event loop.
    """
    password = normal(password)
    if password != normal(repeat):
        raise PasswordConfirmationMismatch(
            errors=(FieldError(pointer="/password_repeat", code="password_confirmation_mismatch"),)
        )
    code = _objection(password, words)
    if code is not None:
        raise PasswordRefused(errors=(FieldError(pointer="/password", code=code),), minimum=LENGTH_MIN)


def _objection(password: str, words: tuple[str, ...]) -> str | None:
    if len(password) < LENGTH_MIN:
        return "password_too_short"
    if len(password) > LENGTH_MAX:
        return "password_too_long"
    own = [word.lower() for word in words if len(word) >= OWN_WORD_LENGTH_MIN]
    rest = password.lower()
    for word in own:
        rest = rest.replace(word, "")
    if len(rest) < LENGTH_MIN / 2:
        return "password_contains_identity"
    scored = zxcvbn(password[:SCORED_CHARACTERS], user_inputs=[*own, "frontdesk"])
    return "password_too_common" if scored["score"] < SCORE_MIN else None


def hashed(password: str, *, pepper: str) -> str:
    """The hash to keep; about 25 ms: call it off the event loop."""
    return _hasher.hash(_peppered(password, pepper))


def matches(password: str, kept: str | None, *, pepper: str) -> bool:
    """Whether the password is the one kept; as slow when nothing is kept. Call it off the event loop."""
    try:
        _hasher.verify(kept or _NOBODY, _peppered(password, pepper))
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def _peppered(password: str, pepper: str) -> str:
    return hmac.new(pepper.encode(), normal(password).encode(), hashlib.sha256).hexdigest()

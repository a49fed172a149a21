"""Password policy and password hashing.

Policy (NIST SP 800-63B, OWASP ASVS 5 6.2; decision 17): at least 12 characters, up to 128, no rules of composition;
what is common or made of the user's own words is refused, and the user is told why. Hashed by Argon2id with
m = 19456 KiB, t = 2, p = 1 over an HMAC with a pepper that is not in the database; the hash says which pepper.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

from identity import blocklist
from wire.contract import FieldError
from wire.identity import PasswordConfirmationMismatch, PasswordRefused

LENGTH_MIN = 12
LENGTH_MAX = 128
# Nobody types so much; it is refused before anything expensive is done with it.
BYTES_MAX = 1024
SCORE_MIN = 2
# zxcvbn's time grows with the square of the length.
SCORED_CHARACTERS = 72
OWN_WORD_LENGTH_MIN = 4
PRODUCT = "frontdesk"
PEPPER_ID_LENGTH = 8

_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1, hash_len=32, salt_len=16)
# What an unknown user's password is checked against, so that the answer takes as long.
_NOBODY = _hasher.hash("nobody")


def normal(password: str) -> str:
    """NFKC, so that the same keys give the same password on every keyboard."""
    return unicodedata.normalize("NFKC", password)


def check(password: str, *, repeat: str, words: tuple[str, ...], field: str = "password") -> None:
    """Raise `PasswordConfirmationMismatch` or `PasswordRefused` with the reasons; `words` are the user's own, `field`
    is what the password is called in the request.

    Takes milliseconds: call it off the event loop.
    """
    if not hmac.compare_digest(normal(password).encode(), normal(repeat).encode()):
        raise PasswordConfirmationMismatch(
            errors=(FieldError(pointer=f"/{field}_repeat", code="password_confirmation_mismatch"),)
        )
    code = _objection(password, words)
    if code is not None:
        raise PasswordRefused(errors=(FieldError(pointer=f"/{field}", code=code),), minimum=LENGTH_MIN)


def _objection(password: str, words: tuple[str, ...]) -> str | None:
    if is_too_long(password):
        return "password_too_long"
    password = normal(password)
    if len(password) < LENGTH_MIN:
        return "password_too_short"
    if len(password) > LENGTH_MAX:
        return "password_too_long"
    own = [word.lower() for word in words if len(word) >= OWN_WORD_LENGTH_MIN]
    if len(_without(password.lower(), own)) < LENGTH_MIN / 2:
        return "password_contains_identity"
    if blocklist.holds(password) or len(_without(password.lower(), [PRODUCT])) < LENGTH_MIN / 2:
        return "password_too_common"
    scored = zxcvbn(password[:SCORED_CHARACTERS], user_inputs=[*own, PRODUCT])
    return "password_too_common" if scored["score"] < SCORE_MIN else None


def _without(password: str, words: list[str]) -> str:
    """What is left of a password without these words."""
    for word in words:
        password = password.replace(word, "")
    return password


def is_too_long(password: str) -> bool:
    """Whether it is refused before it is looked at."""
    return len(password.encode()) > BYTES_MAX


def hashed(password: str, *, pepper: str) -> str:
    """The hash to store, after its pepper's id; about 25 ms: call it off the event loop."""
    return pepper_id(pepper) + _hasher.hash(_peppered(password, pepper))


def matches(password: str, stored_hash: str | None, *, pepper: str, older_pepper: str = "") -> bool:
    """Whether the password is the one stored, under the present pepper or the one before; as slow when nothing is
    stored. Call it off the event loop."""
    if is_too_long(password):
        return False
    used, phc = pepper, _NOBODY
    if stored_hash is not None:
        made_with, dollar, rest = stored_hash.partition("$")
        phc = dollar + rest
        if older_pepper and made_with == pepper_id(older_pepper):
            used = older_pepper
    try:
        _hasher.verify(phc, _peppered(password, used))
    except (VerificationError, InvalidHashError):
        return False
    return stored_hash is not None


def is_outdated(stored_hash: str, *, pepper: str) -> bool:
    """Whether the password should be hashed anew, now that it is known: the parameters rose or the pepper changed."""
    made_with, dollar, rest = stored_hash.partition("$")
    return made_with != pepper_id(pepper) or _hasher.check_needs_rehash(dollar + rest)


def pepper_id(pepper: str) -> str:
    """What tells a pepper from another, without telling it."""
    return hashlib.sha256(f"pepper:{pepper}".encode()).hexdigest()[:PEPPER_ID_LENGTH]


def _peppered(password: str, pepper: str) -> str:
    return hmac.new(pepper.encode(), normal(password).encode(), hashlib.sha256).hexdigest()

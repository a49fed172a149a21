"""Sealing of what the database keeps of idempotent calls that hold a password, or whose answer holds a key.

A request is kept as its HMAC, under a key derived from the service's token key: nobody tries passwords on a stolen
database. An answer that is secret is encrypted.
"""

from __future__ import annotations

import hashlib
import hmac
import uuid
from collections.abc import Sequence

from identity import encryption

FINGERPRINTS = b"frontdesk accounts fingerprints"


class SealedAnswers:
    """A `chassis.database.idempotency.ReplyCipher`: the first key is in use, the second is the one before it."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = tuple(keys)

    def fingerprints(self, content: str) -> tuple[str, ...]:
        return tuple(
            hmac.digest(encryption.derived(key, FINGERPRINTS), content.encode(), hashlib.sha256).hex()
            for key in self._keys
        )

    def encrypt(self, reply: bytes, *, name: str) -> bytes:
        return encryption.seal(reply, owner=_owner(name), key=self._keys[0])

    def decrypt(self, encrypted: bytes, *, name: str) -> bytes:
        return encryption.open_sealed(encrypted, owner=_owner(name), keys=self._keys)


def _owner(name: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_OID, name)

"""Encryption of secrets that are needed again, under a key that is not in the database.

AES-256-GCM, bound to its owner: moved to another row it opens nothing. The key is derived from the service's token key
by HKDF, and its id stands before what it sealed. When the token key is changed, the former one still opens what it
sealed, until that is sealed again.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Sequence
from functools import cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
KEY_ID_BYTES = 8
NONCE_BYTES = 12
SECRETS = b"frontdesk accounts vault"


class NoKeyError(LookupError):
    """None of the configured keys sealed this."""


def seal(secret: bytes, *, owner: uuid.UUID, key: str) -> bytes:
    """What is stored in place of the secret."""
    own = derived(key, SECRETS)
    nonce = secrets.token_bytes(NONCE_BYTES)
    return _key_id(own) + nonce + AESGCM(own).encrypt(nonce, secret, owner.bytes)


def open_sealed(sealed: bytes, *, owner: uuid.UUID, keys: Sequence[str]) -> bytes:
    """The secret. Raises `NoKeyError`, or `InvalidTag` for what is another owner's or was tampered with."""
    key_id, nonce = sealed[:KEY_ID_BYTES], sealed[KEY_ID_BYTES : KEY_ID_BYTES + NONCE_BYTES]
    for key in keys:
        own = derived(key, SECRETS)
        if _key_id(own) == key_id:
            return AESGCM(own).decrypt(nonce, sealed[KEY_ID_BYTES + NONCE_BYTES :], owner.bytes)
    raise NoKeyError("sealed under a key that is not configured any more")


def is_sealed_by(sealed: bytes, key: str) -> bool:
    return sealed[:KEY_ID_BYTES] == _key_id(derived(key, SECRETS))


@cache
def derived(key: str, use: bytes) -> bytes:
    """The key for one use of many, by HKDF (RFC 5869)."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=use).derive(key.encode())


def _key_id(derived: bytes) -> bytes:
    return hashlib.sha256(b"key id:" + derived).digest()[:KEY_ID_BYTES]

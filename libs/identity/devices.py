"""Known devices: a token that a device keeps says that somebody has logged in from it before.

Made for one person and one device, under the service's key: nothing has to be stored, and nobody else can make one. It
opens nothing; the password is asked for all the same.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import uuid

NONCE_BYTES = 16


def issue(person_id: uuid.UUID, key: str) -> str:
    """What a device of this person keeps from now on."""
    nonce = secrets.token_urlsafe(NONCE_BYTES)
    return f"{nonce}.{_proof(person_id, nonce, key)}"


def knows(token: str | None, person_id: uuid.UUID, key: str) -> bool:
    """Whether we gave this token to a device of this person."""
    nonce, _, proof = (token or "").partition(".")
    return hmac.compare_digest(proof.encode(), _proof(person_id, nonce, key).encode())


def _proof(person_id: uuid.UUID, nonce: str, key: str) -> str:
    mac = hmac.new(key.encode(), f"device:{person_id}:{nonce}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(mac).rstrip(b"=").decode()

"""Known devices: a token that a device keeps says that its user has logged in from it before.

Made for one user and one device, under the service's key: nothing has to be stored, and nobody else can make one. It
opens nothing; the password is asked for all the same.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import uuid

NONCE_BYTES = 16


def issue(user_id: uuid.UUID, key: str) -> str:
    """What a device of this user keeps from now on."""
    nonce = secrets.token_urlsafe(NONCE_BYTES)
    return f"{nonce}.{_proof(user_id, nonce, key)}"


def knows(token: str | None, user_id: uuid.UUID, key: str) -> bool:
    """Whether we gave this token to a device of this user."""
    nonce, _, proof = (token or "").partition(".")
    return hmac.compare_digest(proof.encode(), _proof(user_id, nonce, key).encode())


def _proof(user_id: uuid.UUID, nonce: str, key: str) -> str:
    mac = hmac.new(key.encode(), f"device:{user_id}:{nonce}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(mac).rstrip(b"=").decode()

"""Secret tokens: random ones, and ones that are derived again whenever a mail needs them.

A session's token is random and given out once. An email token is derived from its row's id under the service's key, so
that a mail that has to be sent twice holds the same one, while the database, which knows only digests, opens nothing to
whoever steals it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import uuid


def new_token() -> str:
    """256 random bits, for URLs and headers."""
    return secrets.token_urlsafe(32)


def derived_token(key: str, purpose: str, subject: uuid.UUID) -> str:
    """The 256-bit token of one subject: HMAC-SHA-256 under the service's key."""
    digest = hmac.new(key.encode(), f"{purpose}:{subject}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def digest(token: str) -> str:
    """What is stored and looked up in place of a token."""
    return hashlib.sha256(token.encode()).hexdigest()

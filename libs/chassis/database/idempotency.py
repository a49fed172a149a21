"""Idempotency keys: a repeated write is answered from the stored reply of the first, and not done again.

The key travels in the call context. Only one call per key runs at a time; one that comes with the same key and
another request is refused; one that failed left nothing behind and is simply done again.

A request may hold a password, and a reply an API key. A service with such calls gives its unit of work a `ReplyCipher`:
fingerprints and replies are then stored so that the database alone reveals neither.
"""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any, Protocol

from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.context import Context
from chassis.errors import IdempotencyInProgress, IdempotencyKeyReused
from wire import schema
from wire.contract import Rpc

SEALED = "sealed"
TRY_LOCK = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:key, 7203504))")
FIND = text("SELECT fingerprint, reply FROM idempotency WHERE scope = :scope AND key = :key")
STORE = text("""
    INSERT INTO idempotency (scope, key, fingerprint, reply)
    VALUES (:scope, :key, :fingerprint, CAST(:reply AS jsonb))
""")


class ReplyCipher(Protocol):
    """Fingerprints of requests and encryption of replies, under keys that are not in the database."""

    def fingerprints(self, content: str) -> tuple[str, ...]:
        """The fingerprints of a request: under the present key, then under each former one."""

    def encrypt(self, reply: bytes, *, name: str) -> bytes:
        """The encrypted reply; it can be decrypted only under the same `name`."""

    def decrypt(self, encrypted: bytes, *, name: str) -> bytes:
        """The reply."""


class NoCipher:
    """For a service whose calls hold no secret: plain hashes, and no reply that would have to be encrypted."""

    def fingerprints(self, content: str) -> tuple[str, ...]:
        return (hashlib.sha256(content.encode()).hexdigest(),)

    def encrypt(self, reply: bytes, *, name: str) -> bytes:
        raise TypeError(f"{name}: a secret reply, and no cipher to encrypt it with")

    def decrypt(self, encrypted: bytes, *, name: str) -> bytes:
        raise TypeError(f"{name}: an encrypted reply, and no cipher to decrypt it with")


class Replayed(Exception):
    """The call was answered before; `reply` is the stored reply."""

    def __init__(self, reply: dict[str, Any]) -> None:
        super().__init__("answered before")
        self.reply = reply


class IdempotentWrite:
    """A write with an idempotency key: looks the key up when its transaction begins, and stores its reply in it."""

    def __init__(self, *, scope: str, key: str, content: str, is_secret: bool) -> None:
        self._scope = scope
        self._key = key
        self._content = content
        self._is_secret = is_secret
        self._cipher: ReplyCipher = NoCipher()

    @classmethod
    def of(cls, rpc: Rpc[Any, Any], request: object, context: Context) -> IdempotentWrite | None:
        """What the call needs; None when it is no write or has no key."""
        if not rpc.is_write or context.idempotency_key is None:
            return None
        content = json.dumps(schema.dump(request), sort_keys=True, separators=(",", ":"))
        return cls(
            scope=f"{rpc!r} {context.account_id or ''}",
            key=context.idempotency_key,
            content=f"{context.user_id or ''} {content}",
            is_secret=rpc.is_secret,
        )

    def opening(self) -> str:
        return ""

    def begin(self, session: Session, cipher: ReplyCipher) -> None:
        """Raises `Replayed`, `IdempotencyInProgress` or `IdempotencyKeyReused`."""
        self._cipher = cipher
        if not session.scalar(TRY_LOCK, {"key": self._name}):
            raise IdempotencyInProgress
        row = session.execute(FIND, {"scope": self._scope, "key": self._key}).one_or_none()
        if row is None:
            return
        if row.fingerprint not in self._cipher.fingerprints(self._content):
            raise IdempotencyKeyReused
        raise Replayed(self._decrypted(row.reply))

    def answer(self, session: Session, reply: object) -> None:
        values = {
            "scope": self._scope,
            "key": self._key,
            "fingerprint": self._cipher.fingerprints(self._content)[0],
            "reply": json.dumps(self._encrypted(schema.dump(reply))),
        }
        session.execute(STORE, values)

    def before_commit(self) -> None:
        """Nothing of its own happens here."""

    @property
    def _name(self) -> str:
        return f"{self._scope} {self._key}"

    def _encrypted(self, reply: Any) -> Any:
        if not self._is_secret:
            return reply
        encrypted = self._cipher.encrypt(json.dumps(reply).encode(), name=self._name)
        return {SEALED: base64.b64encode(encrypted).decode()}

    def _decrypted(self, stored: Any) -> Any:
        if not self._is_secret:
            return stored
        return json.loads(self._cipher.decrypt(base64.b64decode(stored[SEALED]), name=self._name))

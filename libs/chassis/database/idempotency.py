"""How is a repeated write answered without being done again? Its first answer is kept with its effect.

The key travels in the call context. Only one call per key runs at a time; one that comes with the same key and
another request is refused; one that failed left nothing behind and is simply done again.

A request may hold a password, and an answer a key. A service with such calls gives its unit of work a `Seal`: what is
kept then tells nobody anything who has the database alone.
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


class Seal(Protocol):
    """Keeps secrets under keys that are not in the database."""

    def fingerprints(self, content: str) -> tuple[str, ...]:
        """What stands for a request: under the key in use, then under those it was before."""

    def close(self, answer: bytes, *, name: str) -> bytes:
        """What is kept in place of an answer; only under the same `name` it is opened again."""

    def open(self, sealed: bytes, *, name: str) -> bytes:
        """The answer."""


class Unsealed:
    """For a service whose calls hold no secret."""

    def fingerprints(self, content: str) -> tuple[str, ...]:
        return (hashlib.sha256(content.encode()).hexdigest(),)

    def close(self, answer: bytes, *, name: str) -> bytes:
        raise TypeError(f"{name}: an answer that is secret, and nothing to seal it with")

    def open(self, sealed: bytes, *, name: str) -> bytes:
        raise TypeError(f"{name}: a sealed answer, and nothing to open it with")


class Replayed(Exception):
    """The call was answered before; `reply` is that answer."""

    def __init__(self, reply: dict[str, Any]) -> None:
        super().__init__("answered before")
        self.reply = reply


class Guard:
    """One write's part in its transaction."""

    def __init__(self, *, scope: str, key: str, content: str, is_secret: bool) -> None:
        self._scope = scope
        self._key = key
        self._content = content
        self._is_secret = is_secret
        self._seal: Seal = Unsealed()

    @classmethod
    def of(cls, rpc: Rpc[Any, Any], request: object, context: Context) -> Guard | None:
        """The guard of this call; None when it needs none."""
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

    def begin(self, session: Session, seal: Seal) -> None:
        """Raises `Replayed`, `IdempotencyInProgress` or `IdempotencyKeyReused`."""
        self._seal = seal
        if not session.scalar(TRY_LOCK, {"key": self._name}):
            raise IdempotencyInProgress
        row = session.execute(FIND, {"scope": self._scope, "key": self._key}).one_or_none()
        if row is None:
            return
        if row.fingerprint not in self._seal.fingerprints(self._content):
            raise IdempotencyKeyReused
        raise Replayed(self._opened(row.reply))

    def answer(self, session: Session, reply: object) -> None:
        values = {
            "scope": self._scope,
            "key": self._key,
            "fingerprint": self._seal.fingerprints(self._content)[0],
            "reply": json.dumps(self._closed(schema.dump(reply))),
        }
        session.execute(STORE, values)

    def before_commit(self) -> None:
        """Nothing of its own happens here."""

    @property
    def _name(self) -> str:
        return f"{self._scope} {self._key}"

    def _closed(self, reply: Any) -> Any:
        if not self._is_secret:
            return reply
        sealed = self._seal.close(json.dumps(reply).encode(), name=self._name)
        return {SEALED: base64.b64encode(sealed).decode()}

    def _opened(self, kept: Any) -> Any:
        if not self._is_secret:
            return kept
        return json.loads(self._seal.open(base64.b64decode(kept[SEALED]), name=self._name))

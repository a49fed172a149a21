"""How is a repeated write answered without being done again? Its first answer is kept with its effect.

The key travels in the call context. Only one call per key runs at a time; one that comes with the same key and
another request is refused; one that failed left nothing behind and is simply done again.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.context import Context
from chassis.errors import IdempotencyInProgress, IdempotencyKeyReused
from wire import schema
from wire.contract import Rpc

TRY_LOCK = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:key, 7203504))")
FIND = text("SELECT fingerprint, reply FROM idempotency WHERE scope = :scope AND key = :key")
STORE = text("""
    INSERT INTO idempotency (scope, key, fingerprint, reply)
    VALUES (:scope, :key, :fingerprint, CAST(:reply AS jsonb))
""")


class Replayed(Exception):
    """The call was answered before; `reply` is that answer."""

    def __init__(self, reply: dict[str, Any]) -> None:
        super().__init__("answered before")
        self.reply = reply


@dataclasses.dataclass(slots=True)
class Guard:
    """One write's part in its transaction."""

    scope: str
    key: str
    fingerprint: str

    @classmethod
    def of(cls, rpc: Rpc[Any, Any], request: object, context: Context) -> Guard | None:
        """The guard of this call; None when it needs none."""
        if not rpc.is_write or context.idempotency_key is None:
            return None
        content = json.dumps(schema.dump(request), sort_keys=True, separators=(",", ":"))
        scope = f"{rpc!r} {context.account_id or ''}"
        fingerprint = hashlib.sha256(f"{context.user_id or ''} {content}".encode()).hexdigest()
        return cls(scope, context.idempotency_key, fingerprint)

    def opening(self) -> str:
        return ""

    def begin(self, session: Session) -> None:
        """Raises `Replayed`, `IdempotencyInProgress` or `IdempotencyKeyReused`."""
        if not session.scalar(TRY_LOCK, {"key": f"{self.scope} {self.key}"}):
            raise IdempotencyInProgress
        row = session.execute(FIND, {"scope": self.scope, "key": self.key}).one_or_none()
        if row is None:
            return
        if row.fingerprint != self.fingerprint:
            raise IdempotencyKeyReused
        raise Replayed(row.reply)

    def answer(self, session: Session, reply: object) -> None:
        values = dataclasses.asdict(self) | {"reply": json.dumps(schema.dump(reply))}
        session.execute(STORE, values)

    def before_commit(self) -> None:
        """Nothing of its own happens here."""

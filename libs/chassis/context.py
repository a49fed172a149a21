"""Call context: on whose behalf, in which language and until when the present work runs.

The context travels as message headers with nameko's prefix, so a plain nameko service in between passes it on.
"""

from __future__ import annotations

import dataclasses
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from typing import Any

import eventlet

PREFIX = "nameko."
CALL_ID_STACK = "nameko.call_id_stack"


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """What every message carries besides its content.

    `deadline` is a moment of `time.time()`; `account_id` comes from the session only; `causation_id` is the id of
    the event being handled; `idempotency_key` belongs to the one call that it was given for; `traceparent` is the
    W3C trace context, passed on as it came. Who acts, and from where: `user_id` or `contact_id` with `session_id`, or
    `api_key_id`; `ip_address` and `user_agent` come with what changes something, for the audit log.
    """

    correlation_id: str
    account_id: uuid.UUID | None = None
    user_id: uuid.UUID | None = None
    locale: str | None = None
    deadline: float | None = None
    idempotency_key: str | None = None
    causation_id: uuid.UUID | None = None
    traceparent: str | None = None
    session_id: uuid.UUID | None = None
    api_key_id: uuid.UUID | None = None
    contact_id: uuid.UUID | None = None
    ip_address: str | None = None
    user_agent: str | None = None

    def seconds_left(self) -> float | None:
        """The time until the deadline, below zero when it has passed; None where there is none."""
        return None if self.deadline is None else self.deadline - time.time()


def new_correlation_id() -> str:
    return uuid.uuid4().hex


_current: ContextVar[Context | None] = ContextVar("frontdesk_context", default=None)


def current() -> Context:
    """The context of this greenlet; a fresh one outside any call."""
    context = _current.get()
    return context if context is not None else Context(correlation_id=new_correlation_id())


def require_account_id() -> uuid.UUID:
    """The account that the present work is for. Raises `LookupError` when the call names none."""
    account_id = current().account_id
    if account_id is None:
        raise LookupError("the call names no account")
    return account_id


def enter(context: Context) -> None:
    """Make `context` the one of this greenlet, until it ends or enters another."""
    _current.set(context)


def for_logs() -> dict[str, str]:
    """What every log line says of the present context; nothing outside any call."""
    context = _current.get()
    if context is None:
        return {}
    if context.account_id is None:
        return {"correlation_id": context.correlation_id}
    return {"correlation_id": context.correlation_id, "account_id": str(context.account_id)}


@contextmanager
def within(**changes: Any) -> Iterator[Context]:
    """The present context with some fields replaced, for the length of a block."""
    before = _current.get()
    context = dataclasses.replace(current(), **changes)
    enter(context)
    try:
        yield context
    finally:
        _current.set(before)


def spawn(function: Callable[..., Any], *args: Any) -> Any:
    """A greenlet that works in the present context: context variables are not inherited by themselves."""
    return eventlet.spawn(copy_context().run, function, *args)


def to_headers(context: Context) -> dict[str, Any]:
    """The headers that carry a context; what is absent is not sent."""
    headers: dict[str, Any] = {"nameko.correlation_id": context.correlation_id}
    if context.account_id is not None:
        headers["nameko.account_id"] = str(context.account_id)
    if context.user_id is not None:
        headers["nameko.user_id"] = str(context.user_id)
    if context.locale is not None:
        headers["nameko.locale"] = context.locale
    if context.deadline is not None:
        headers["nameko.deadline_ms"] = int(context.deadline * 1000)
    if context.idempotency_key is not None:
        headers["nameko.idempotency_key"] = context.idempotency_key
    if context.traceparent is not None:
        headers["nameko.traceparent"] = context.traceparent
    if context.session_id is not None:
        headers["nameko.session_id"] = str(context.session_id)
    if context.api_key_id is not None:
        headers["nameko.api_key_id"] = str(context.api_key_id)
    if context.contact_id is not None:
        headers["nameko.contact_id"] = str(context.contact_id)
    if context.ip_address is not None:
        headers["nameko.ip_address"] = context.ip_address
    if context.user_agent is not None:
        headers["nameko.user_agent"] = context.user_agent
    return headers


def from_headers(headers: Mapping[str, Any]) -> Context:
    """The context in a message's headers. Raises `ValueError` naming the header that is not what it should be."""
    stack = headers.get(CALL_ID_STACK, [])
    if not isinstance(stack, list) or not all(isinstance(call_id, str) for call_id in stack):
        raise ValueError(f"header {CALL_ID_STACK} is not a list of strings")
    deadline_ms = headers.get("nameko.deadline_ms")
    if deadline_ms is not None and (not isinstance(deadline_ms, int) or isinstance(deadline_ms, bool)):
        raise ValueError("header nameko.deadline_ms is not an integer")
    return Context(
        correlation_id=_text(headers, "correlation_id", 200) or new_correlation_id(),
        account_id=_uuid(headers, "account_id"),
        user_id=_uuid(headers, "user_id"),
        locale=_text(headers, "locale", 35),
        deadline=None if deadline_ms is None else deadline_ms / 1000,
        idempotency_key=_text(headers, "idempotency_key", 255),
        traceparent=_text(headers, "traceparent", 55),
        session_id=_uuid(headers, "session_id"),
        api_key_id=_uuid(headers, "api_key_id"),
        contact_id=_uuid(headers, "contact_id"),
        ip_address=_text(headers, "ip_address", 45),
        user_agent=_text(headers, "user_agent", 300),
    )


def _text(headers: Mapping[str, Any], name: str, limit: int) -> str | None:
    value = headers.get(PREFIX + name)
    if value is None:
        return None
    if not isinstance(value, str) or not 0 < len(value) <= limit or not value.isprintable():
        raise ValueError(f"header {PREFIX}{name} is not a string of 1 to {limit} printable characters")
    return value


def _uuid(headers: Mapping[str, Any], name: str) -> uuid.UUID | None:
    value = headers.get(PREFIX + name)
    if value is None:
        return None
    try:
        return uuid.UUID(value)
    except (ValueError, TypeError, AttributeError):
        raise ValueError(f"header {PREFIX}{name} is not a UUID") from None


_replays: ContextVar[list[str] | None] = ContextVar("frontdesk_replays", default=None)


def note_replays_in(noted: list[str]) -> None:
    """From here on in this greenlet, a call answered from its idempotency key leaves its name in `noted`."""
    _replays.set(noted)


def note_replay(call: str) -> None:
    """Say that a call was answered before and not done again."""
    noted = _replays.get()
    if noted is not None:
        noted.append(call)

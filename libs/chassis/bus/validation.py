"""Validation of incoming messages, before any consumer handles them.

nameko reads a message's properties and headers without looking, and one that lacks what it expects ends the
process, goes back to the queue and ends the next one. Nothing passes here that could do so.
"""

from __future__ import annotations

import json
from typing import Any, TypeVar

from chassis import context
from chassis.bus import envelope
from chassis.bus.delivery import Delivery
from chassis.bus.envelope import Received
from chassis.bus.frames import UNREADABLE
from chassis.context import Context
from wire.contract import Event

Payload = TypeVar("Payload")

BODY_BYTES_MAX = 4 * 1024 * 1024


class Unacceptable(Exception):
    """The message cannot be handled; the text says why."""


def reply_address(delivery: Delivery) -> tuple[str, str] | None:
    """The (reply_to, correlation_id) of a call; None where a usable one is missing."""
    reply_to = delivery.properties.get("reply_to")
    correlation_id = delivery.properties.get("correlation_id")
    if isinstance(reply_to, str) and reply_to and isinstance(correlation_id, str) and correlation_id:
        return reply_to, correlation_id
    return None


def _check_outside(delivery: Delivery) -> Context:
    unreadable = delivery.properties.get(UNREADABLE)
    if unreadable is not None:
        raise Unacceptable(f"the properties cannot be read: {unreadable[0]}")
    if delivery.content_type != "application/json":
        raise Unacceptable(f"content type {delivery.content_type!r}, not application/json")
    encoding = delivery.properties.get("content_encoding")
    if encoding not in (None, "", "utf-8", "binary"):
        raise Unacceptable(f"content encoding {encoding!r}")
    if len(delivery.body) > BODY_BYTES_MAX:
        raise Unacceptable(f"{len(delivery.body)} bytes, more than {BODY_BYTES_MAX}")
    if "compression" in delivery.headers:
        raise Unacceptable("compressed")
    try:
        return context.from_headers(delivery.headers)
    except ValueError as error:
        raise Unacceptable(str(error)) from None


def read_call(delivery: Delivery) -> tuple[Context, dict[str, Any]]:
    """The context and the keyword arguments of an RPC. Raises `Unacceptable`."""
    call_context = _check_outside(delivery)
    try:
        body = json.loads(delivery.body)
    except (ValueError, RecursionError) as error:
        raise Unacceptable(f"not JSON: {error}") from None
    if not isinstance(body, dict):
        raise Unacceptable("the body is not an object")
    args, kwargs = body.get("args"), body.get("kwargs")
    if not isinstance(args, list) or not isinstance(kwargs, dict):
        raise Unacceptable("`args` is not a list or `kwargs` not an object")
    if args:
        raise Unacceptable("arguments are given by name")
    return call_context, kwargs


def read_event(delivery: Delivery, event: Event[Payload]) -> Received[Payload]:
    """The event in the message. Raises `Unacceptable`."""
    _check_outside(delivery)
    try:
        return envelope.read(event, delivery.body)
    except ValueError as error:
        raise Unacceptable(str(error)) from None

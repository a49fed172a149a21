"""AMQP frames: a message whose properties cannot be read arrives all the same, marked for the validation.

py-amqp raises where it reads bytes that are no text, tables nested too deeply, or dates after the year 9999: in the
middle of the stream, so the connection is lost, the broker delivers the message again, and so on without end.
"""

from __future__ import annotations

from collections.abc import Callable
from struct import unpack_from
from typing import Any

import amqp
from amqp import spec
from amqp.exceptions import UnexpectedFrame
from kombu.transport import pyamqp

METHOD, HEADER, BODY, HEARTBEAT = 1, 2, 3, 8
WITH_CONTENT = frozenset((spec.Basic.Return, spec.Basic.Deliver, spec.Basic.GetOk))

# The property that stands for all others where those cannot be read: why, and what they were.
UNREADABLE = "frontdesk_unreadable"

OnMethod = Callable[[int, tuple[int, int], bytes, Any], None]


class Message(amqp.Message):  # type: ignore[misc]  # py-amqp is untyped
    """A message that is read whatever its properties hold."""

    def _load_properties(self, class_id: int, buf: bytes, offset: int) -> int:
        try:
            read: int = super()._load_properties(class_id, buf, offset)
        except Exception as error:  # noqa: BLE001  # whatever the bytes made py-amqp raise
            self.properties = {UNREADABLE: (f"{type(error).__name__}: {error}", bytes(buf[offset:]))}
            return len(buf)
        return read


def frame_handler(connection: Any, on_method: OnMethod) -> Callable[[tuple[int, int, bytes]], bool]:
    """A handler that assembles frames into methods; it returns whether a method is complete with the frame."""
    contents: dict[int, Message] = {}

    def on_frame(frame: tuple[int, int, bytes]) -> bool:
        kind, channel, buf = frame
        connection.bytes_recv += 1
        content = contents.get(channel)
        if kind == HEARTBEAT:
            return False
        if kind == METHOD and content is None:
            method: tuple[int, int] = unpack_from(">HH", buf, 0)
            if method in WITH_CONTENT:
                contents[channel] = Message(frame_method=method, frame_args=buf)
                return False
            on_method(channel, method, buf, None)
            return True
        if kind == HEADER and content is not None:
            content.inbound_header(buf)
        elif kind == BODY and content is not None:
            content.inbound_body(buf)
        else:
            raise UnexpectedFrame(f"frame of type {kind}")
        if not content.ready:
            return False
        del contents[channel]
        on_method(channel, content.frame_method, content.frame_args, content)
        return True

    return on_frame


class Channel(pyamqp.Channel):  # type: ignore[misc]
    """A channel that delivers bodies as bytes, and names that are no text with a mark in place of what is not."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.auto_decode = False

    def dispatch_method(self, method_sig: tuple[int, int], payload: bytes, content: Any) -> None:
        if method_sig != spec.Basic.Deliver:
            super().dispatch_method(method_sig, payload, content)
        elif not self.is_closing:
            self._on_basic_deliver(*delivered(payload), content)


def delivered(payload: bytes) -> tuple[str, int, bool, str, str]:
    """Consumer tag, delivery tag, whether it came before, exchange and routing key of a Basic.Deliver."""
    consumer_tag, at = _short(payload, 4)
    tag, bits = unpack_from(">QB", payload, at)
    exchange, at = _short(payload, at + 9)
    routing_key, _ = _short(payload, at)
    return consumer_tag, tag, bool(bits & 1), exchange, routing_key


def _short(payload: bytes, at: int) -> tuple[str, int]:
    end = at + 1 + payload[at]
    return payload[at + 1 : end].decode("utf-8", "replace"), end

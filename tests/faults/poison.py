"""Poison messages: the fourteen kinds that end a plain nameko service, and random mutations of them."""

from __future__ import annotations

import dataclasses
import datetime
import json
import random
import struct
import uuid
from typing import Any

import amqp

from tests.faults.messages import RPC_EXCHANGE, Outsider

JSON = "application/json"
PICKLE = "application/x-python-serialize"
STACK = "nameko.call_id_stack"
EVENTS, PART_MADE = "maker.events", "part.made"


@dataclasses.dataclass(kw_only=True)
class Poison:
    """One message, where it goes, and what it carries; a property that is None is left out."""

    body: bytes
    exchange: str = ""
    routing_key: str | bytes = ""
    headers: dict[Any, Any] = dataclasses.field(default_factory=dict)
    properties: dict[str, Any] = dataclasses.field(default_factory=dict)

    def send(self, outsider: Outsider) -> None:
        given = {name: value for name, value in self.properties.items() if value is not None}
        outsider.send(
            self.body, exchange=self.exchange, routing_key=self.routing_key, headers=self.headers, **given
        )


def an_event(number: int = 0, **changes: Any) -> dict[str, Any]:
    """The body of a part's event, of an aggregate of its own."""
    aggregate = uuid.uuid4()
    part = {"number": number or random.getrandbits(40), "aggregate": str(aggregate), "version": 1}
    return {
        "id": str(uuid.uuid4()),
        "source": "maker",
        "type": "maker.part.made",
        "specversion": "1.0",
        "time": "2026-01-01T00:00:00Z",
        "dataschema": "urn:frontdesk:maker.part.made:1",
        "subject": f"part/{aggregate}",
        "sequence": 1,
        "account_id": None,
        "correlation_id": uuid.uuid4().hex,
        "causation_id": None,
        "data": {"object": part, "changed": [], "previous": {}},
    } | changes


def to_rpc(reply_to: str | None, method: str = "keeper.add", **changes: Any) -> Poison:
    """A call that is right but for what `changes` make of it."""
    return Poison(
        body=changes.pop("body", b'{"args": [], "kwargs": {"name": "poisoned"}}'),
        exchange=RPC_EXCHANGE,
        routing_key=method,
        headers=changes.pop("headers", {}),
        properties={"content_type": JSON, "reply_to": reply_to, "correlation_id": str(uuid.uuid4())}
        | changes,
    )


def to_events(**changes: Any) -> Poison:
    """An event that is right but for what `changes` make of it."""
    return Poison(
        body=changes.pop("body", None) or json.dumps(an_event()).encode(),
        exchange=EVENTS,
        routing_key=PART_MADE,
        headers=changes.pop("headers", {}),
        properties={"content_type": JSON, "delivery_mode": 2} | changes,
    )


def to_dead_letters(**changes: Any) -> Poison:
    """The same, as if the broker had given it up."""
    poison = to_events(**changes)
    poison.exchange, poison.routing_key = "frontdesk.dead", "keeper"
    return poison


def calls(reply_to: str) -> dict[str, Poison]:
    """The nine kinds of calls."""
    return {
        "body a list": to_rpc(reply_to, body=b"[1, 2]"),
        "no reply_to": to_rpc(None),
        "not JSON": to_rpc(reply_to, body=b"{not json"),
        "pickle": to_rpc(reply_to, body=b"\x80\x04K\x01.", content_type=PICKLE),
        "no content type": to_rpc(reply_to, content_type=None),
        "call id stack no list": to_rpc(reply_to, headers={STACK: "keeper.add.1"}),
        "unknown method": to_rpc(reply_to, "keeper.explode"),
        "args no list": to_rpc(reply_to, body=b'{"args": {"a": 1}, "kwargs": {}}'),
        "result not serialisable": to_rpc(
            reply_to,
            "keeper.answer_nonsense",
            body=json.dumps({"args": [], "kwargs": {"aggregate": str(uuid.uuid4())}}).encode(),
        ),
    }


def events(build: Any = to_events) -> dict[str, Poison]:
    """The three kinds of events that show in the message; the other two are handlers' and hooks' own doing."""
    return {
        "not JSON": build(body=b"{not json"),
        "pickle": build(body=b"\x80\x04K\x01.", content_type=PICKLE),
        "call id stack no list": build(headers={STACK: 7}),
    }


def shapes() -> dict[str, Poison]:
    """All kinds that show in the message, whatever queue it is put into; who sends one says where to."""
    return {f"call: {kind}": bad for kind, bad in calls("nobody-at-all").items()} | {
        f"event: {kind}": bad for kind, bad in events().items()
    }


def error(**changes: Any) -> bytes:
    """The body of a reply that says that the call has failed, right but for what `changes` make of it."""
    said = {
        "exc_type": "Oops",
        "exc_path": "a.Oops",
        "exc_args": [],
        "value": "oops",
        "code": "internal_error",
    }
    return json.dumps({"result": None, "error": said | {"errors": [], "facts": {}} | changes}).encode()


def replies() -> dict[str, bytes]:
    """What no service answers: its own mistakes, and those of whoever pretends to be it."""
    return {
        "nothing": b"",
        "NaN": b"NaN",
        "deep": b"[" * 200_000,
        "a number too far": b'{"result": {"counter": ' + b"9" * 10_000 + b'}, "error": null}',
        "no result": b'{"error": null}',
        "a result that is a text": b'{"result": "three", "error": null}',
        "a result with no fields": b'{"result": {}, "error": null}',
        "an error that is a text": b'{"result": null, "error": "oops"}',
        "an error that is a number": b'{"result": null, "error": 7}',
        "an error that is a list": b'{"result": null, "error": [["code", 1]]}',
        "an error that is false": b'{"result": null, "error": false}',
        "an error with nothing in it": b'{"result": null, "error": {}}',
        "an error with a code that is a list": error(code=[]),
        "an error with errors that are a number": error(errors=7),
        "an error with errors of nothing": error(errors=[{}]),
        "an error with errors that are texts": error(errors=["name"]),
        "a refusal with facts that are a list": error(code="keeper_is_full", facts=[1]),
        "a refusal with facts that nobody knows": error(code="keeper_is_full", facts={"detail": 1}),
    }


def mutations(chance: random.Random, reply_to: str, count: int) -> list[Poison]:
    """So many messages, each wrong in one to three ways, over all queues."""
    return [mutated(chance, reply_to) for _ in range(count)]


def mutated(chance: random.Random, reply_to: str) -> Poison:
    kinds: list[Any] = [lambda: to_rpc(reply_to), to_events, to_dead_letters]
    poison: Poison = chance.choice(kinds)()
    for _ in range(chance.randint(1, 3)):
        chance.choice([spoil_body, spoil_json, spoil_properties, spoil_headers])(chance, poison)
    return poison


def spoil_body(chance: random.Random, poison: Poison) -> None:
    body = bytearray(poison.body)
    choice = chance.randrange(6)
    if choice == 0:
        del body[chance.randrange(len(body) + 1) :]
    elif choice == 1:
        for _ in range(chance.randint(1, 8)):
            if body:
                body[chance.randrange(len(body))] = chance.randrange(256)
    elif choice == 2:
        body = bytearray(b"[" * chance.choice([10, 1000, 200_000]))
    elif choice == 3:
        body = bytearray(b'{"a":' * 50_000)
    elif choice == 4:
        body = bytearray(chance.randbytes(chance.choice([0, 1, 100, 300_000])))
    else:
        body = bytearray(
            body.decode("utf-8", "replace").encode(chance.choice(["utf-16", "utf-32", "utf-8-sig"]))
        )
    poison.body = bytes(body)


VALUES: list[Any] = [
    None, True, -1, 0, 2**63, -(2**63), 10**400, float("nan"), float("inf"), 1.5, "", "\x00", "\ud800", "x" * 5000,
    [], [[]], {}, {"a": {"b": {}}}, "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "NaN", "\u202e",
]  # fmt: skip


def spoil_json(chance: random.Random, poison: Poison) -> None:
    """Puts what does not belong at some place of the document."""
    try:
        document = json.loads(poison.body)
    except (ValueError, RecursionError):
        return
    places: list[Any] = []

    def walk(node: Any) -> None:
        keys = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
        for key in keys:
            places.append((node, key))
            walk(node[key])

    walk(document)
    if places:
        node, key = chance.choice(places)
        if isinstance(node, dict) and chance.random() < 0.2:
            del node[key]
        else:
            node[key] = chance.choice(VALUES)
        poison.body = json.dumps(document).encode("utf-8", "surrogatepass")


PROPERTIES = (
    *("content_type", "content_encoding", "correlation_id", "message_id", "type"),
    *("app_id", "priority", "reply_to", "timestamp", "delivery_mode"),
)


def spoil_properties(chance: random.Random, poison: Poison) -> None:
    name = chance.choice(PROPERTIES)
    if name in ("priority", "delivery_mode"):
        # RabbitMQ itself refuses a delivery mode that there is not.
        value: Any = chance.choice([0, 1, 2, 9, 200, 255] if name == "priority" else [1, 2])
    elif name == "timestamp":
        value = chance.choice([0, 2**62, 2**64 - 1])
    else:
        value = chance.choice(
            [b"\xff\xfe\x80", b"\xed\xa0\x80", "", "\x00", "é" * 60, "utf-16", "zlib", "rot13", None]
        )
    poison.properties[name] = value


def spoil_headers(chance: random.Random, poison: Poison) -> None:
    """Not with NaN: RabbitMQ closes the connection of who sends that."""
    name: Any = chance.choice(
        [
            STACK,
            "nameko.account_id",
            "nameko.user_id",
            "nameko.deadline_ms",
            "nameko.correlation_id",
            "nameko.locale",
            "nameko.idempotency_key",
            "compression",
            "x-death",
            "x-match",
            b"\xff\xfe",
        ]
    )
    value: Any = chance.choice(
        [
            b"\xff\xfe\x80", "", "x" * 300, "\x00", 7, -7, 2**62, -(2**62), 1e300, None, True,
            [1, [2, [3]]], {"a": {"b": {"c": 1}}}, "application/x-gzip",
            [{"queue": b"\xff", "reason": 7}], [{"queue": "evt-made-up--keeper.keep\x00", "reason": "forged"}],
            [7], deep_table(chance.choice([5, 200, 4000])), datetime.datetime(9999, 1, 1, tzinfo=datetime.UTC),
        ]
    )  # fmt: skip
    poison.headers[name] = value


def deep_table(levels: int) -> Any:
    """A list in a list in a list; py-amqp writes it by recursion, so not too deep for us either."""
    value: Any = "bottom"
    for _ in range(min(levels, 250)):
        value = [value]
    return value


def unreadable_headers(kind: str) -> bytes:
    """A header table that no client of ours can write: by hand, in the protocol's bytes."""
    if kind == "nested":
        item = b"V"
        for _ in range(3_000):  # three times as deep as Python recurses
            item = b"A" + struct.pack(">I", len(item)) + item
    elif kind == "far date":
        item = b"T" + struct.pack(">Q", 2**62)
    else:
        item = b"S" + struct.pack(">I", 3) + b"\xff\xfe\x80"
    table = b"\x04deep" + item
    return struct.pack(">I", len(table)) + table


class ByHand(amqp.Message):  # type: ignore[misc]  # py-amqp is untyped
    """A message whose properties are content type, reply address and these very bytes of headers."""

    def __init__(self, body: bytes, headers: bytes) -> None:
        super().__init__(body)
        self._bytes = struct.pack(">H", 0x8000 | 0x2000) + bytes([len(JSON)]) + JSON.encode() + headers

    def _serialize_properties(self) -> bytes:
        return self._bytes

"""Validation of incoming messages: what is accepted, and the reason for every refusal."""

from __future__ import annotations

import datetime
import json
import uuid
from typing import Any

import pytest

from chassis.bus import envelope, validation
from chassis.bus.delivery import Delivery
from chassis.bus.frames import UNREADABLE
from chassis.bus.validation import BODY_BYTES_MAX, Unacceptable
from tests.chassis.things import ONE, TWO, Thing, Things

JSON = "application/json"


class Nowhere:
    """The connection of a delivery that nobody will acknowledge."""

    generation = 1

    def drop(self, reason: str) -> None:
        raise AssertionError(reason)


def delivery(
    body: bytes, *, content_type: str | None = JSON, headers: dict[str, Any] | None = None, **properties: Any
) -> Delivery:
    return Delivery(
        body=body,
        content_type=content_type,
        headers=headers or {},
        properties=properties,
        exchange="things.events",
        routing_key="thing.made",
        _tag=1,
        _channel=None,
        _connection=Nowhere(),
        _generation=1,
    )


def call(arguments: Any = None, **changes: Any) -> bytes:
    return json.dumps({"args": [], "kwargs": {} if arguments is None else arguments} | changes).encode()


def an_event() -> bytes:
    written = envelope.write(
        Things.thing_made,
        Thing(number=7),
        event_id=uuid.uuid4(),
        time=datetime.datetime(2026, 1, 31, tzinfo=datetime.UTC),
        account_id=None,
        aggregate=f"thing/{ONE}",
        correlation_id="c",
        causation_id=None,
        traceparent=None,
        previous={},
    )
    return envelope.number(written, 1)


def test_a_call_passes_with_its_context_and_its_arguments() -> None:
    headers = {"nameko.correlation_id": "c-1", "nameko.account_id": str(TWO), "others.own": 7}
    call_context, arguments = validation.read_call(delivery(call({"number": 7}), headers=headers))
    assert (call_context.correlation_id, call_context.account_id) == ("c-1", TWO)
    assert arguments == {"number": 7}


def test_an_event_passes() -> None:
    assert validation.read_event(delivery(an_event()), Things.thing_made).data == Thing(number=7)


OUTSIDE = {
    "no content type": ({"content_type": None}, "content type None"),
    "a pickle": ({"content_type": "application/x-python-serialize"}, "x-python-serialize"),
    "text": ({"content_type": "text/plain"}, "text/plain"),
    "JSON with parameters": ({"content_type": f"{JSON}; charset=utf-8"}, "charset"),
    "another encoding": ({"content_encoding": "gzip"}, "gzip"),
    "an encoding that is no text": ({"content_encoding": 7}, "7"),
    "compressed": ({"headers": {"compression": "application/x-gzip"}}, "compressed"),
    "a context that is none": ({"headers": {"nameko.account_id": 7}}, "account_id"),
    "properties that nobody can read": ({UNREADABLE: ("UnicodeDecodeError", b"\xff")}, "UnicodeDecodeError"),
}


@pytest.mark.parametrize(("changes", "reason"), OUTSIDE.values(), ids=OUTSIDE.keys())
def test_what_is_wrong_outside_is_refused_before_the_body_is_read(
    changes: dict[str, Any], reason: str
) -> None:
    for body in (call(), an_event(), b"{not json"):
        with pytest.raises(Unacceptable, match=reason):
            validation.read_call(delivery(body, **changes))
        with pytest.raises(Unacceptable, match=reason):
            validation.read_event(delivery(body, **changes), Things.thing_made)


@pytest.mark.parametrize("encoding", [None, "", "utf-8", "binary"])
def test_the_encodings_that_clients_name_are_let_through(encoding: str | None) -> None:
    assert validation.read_call(delivery(call(), content_encoding=encoding))[1] == {}


def test_a_body_may_have_so_many_bytes_and_not_one_more() -> None:
    padded = call().ljust(BODY_BYTES_MAX)
    assert validation.read_call(delivery(padded))[1] == {}
    with pytest.raises(Unacceptable, match=f"more than {BODY_BYTES_MAX}"):
        validation.read_call(delivery(padded + b" "))


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not JSON"),
        (b"{not json", "not JSON"),
        (b"\xff\xfe\x00", "not JSON"),
        (b"[" * 200_000, "not JSON"),
        (b'{"args": [], "kwargs": {"a": %s}}' % (b"9" * 5000), "not JSON"),
        (b"[1, 2]", "not an object"),
        (b"null", "not an object"),
        (b"{}", "not a list"),
        (call(args={"a": 1}), "not a list"),
        (call([1]), "not an object"),
        (call(args=None), "not a list"),
        (call(args=[1]), "by name"),
    ],
    ids=lambda value: repr(value[:20]) if isinstance(value, bytes) else value,
)
def test_a_call_whose_body_is_none_is_refused(body: bytes, reason: str) -> None:
    with pytest.raises(Unacceptable, match=reason):
        validation.read_call(delivery(body))


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"[" * 200_000, an_event()[:-1]])
def test_an_event_whose_body_is_none_is_refused(body: bytes) -> None:
    with pytest.raises(Unacceptable, match=r"."):
        validation.read_event(delivery(body), Things.thing_made)


def test_an_event_of_another_kind_is_refused() -> None:
    with pytest.raises(Unacceptable, match="made"):
        validation.read_event(delivery(an_event()), Things.thing_made_anew)


@pytest.mark.parametrize(
    ("properties", "address"),
    [
        ({"reply_to": "r", "correlation_id": "c"}, ("r", "c")),
        ({"reply_to": "r"}, None),
        ({"correlation_id": "c"}, None),
        ({"reply_to": "", "correlation_id": "c"}, None),
        ({"reply_to": "r", "correlation_id": ""}, None),
        ({"reply_to": 7, "correlation_id": "c"}, None),
        ({"reply_to": "r", "correlation_id": b"\xff"}, None),
    ],
)
def test_an_answer_goes_where_the_message_says_usably(
    properties: dict[str, Any], address: tuple[str, str] | None
) -> None:
    assert validation.reply_address(delivery(call(), **properties)) == address

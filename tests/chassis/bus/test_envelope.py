"""The event envelope: what was written is read, and everything else is refused with a reason."""

from __future__ import annotations

import datetime
import json
import uuid
from typing import Any

import pytest

from chassis.bus import envelope
from chassis.events import Received
from tests.chassis.things import ONE, TWO, Thing, Things

NOW = datetime.datetime(2026, 1, 31, 12, 30, 0, 123456, tzinfo=datetime.UTC)


def written(**changes: Any) -> str:
    facts: dict[str, Any] = {
        "event_id": ONE,
        "time": NOW,
        "account_id": TWO,
        "aggregate": f"thing/{ONE}",
        "correlation_id": "c-1",
        "causation_id": None,
        "traceparent": None,
        "previous": {"name": "old"},
    }
    return envelope.write(Things.thing_made, Thing(number=7), **facts | changes)


def test_what_was_written_is_read() -> None:
    received = envelope.read(Things.thing_made, envelope.number(written(), 3))
    assert received == Received(
        id=ONE,
        type="things.thing.made",
        time=NOW,
        account_id=TWO,
        aggregate=f"thing/{ONE}",
        sequence=3,
        correlation_id="c-1",
        causation_id=None,
        traceparent=None,
        changed=("name",),
        previous={"name": "old"},
        data=Thing(number=7),
    )


def test_a_payload_of_another_kind_cannot_be_written() -> None:
    with pytest.raises(TypeError, match="carries Thing"):
        envelope.write(
            Things.thing_made,
            "a string",  # type: ignore[arg-type]  # on purpose
            event_id=ONE,
            time=NOW,
            account_id=None,
            aggregate="thing/1",
            correlation_id="c",
            causation_id=None,
            traceparent=None,
            previous={},
        )


def test_unknown_fields_are_ignored_for_contracts_grow() -> None:
    document = json.loads(envelope.number(written(), 1)) | {"novelty": 1}
    document["data"]["object"]["colour"] = "red"
    assert envelope.read(Things.thing_made, json.dumps(document).encode()).data == Thing(number=7)


def test_another_version_is_refused() -> None:
    body = envelope.number(written(), 1).replace(b":things.thing.made:1", b":things.thing.made:2")
    with pytest.raises(ValueError, match=r"things\.thing\.made:2"):
        envelope.read(Things.thing_made, body)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("id", "7"),
        ("sequence", 0),
        ("sequence", 2**63),
        ("sequence", "1"),
        ("sequence", True),
        ("time", "yesterday"),
        ("time", "0001-01-01T00:00:00+23:59"),
        ("time", "9999-12-31T23:59:59-23:59"),
        ("time", None),
        ("subject", ""),
        ("subject", "x" * 201),
        ("subject", "a\x00b"),
        ("subject", "\ud800"),
        ("account_id", 1),
        ("correlation_id", None),
        ("data", []),
        ("data", {"object": {"number": "7"}}),
        ("data", {"object": {"number": float("nan")}}),
    ],
)
def test_a_field_that_is_not_what_it_should_be_is_refused(name: str, value: Any) -> None:
    document = json.loads(envelope.number(written(), 1)) | {name: value}
    with pytest.raises(ValueError, match="does not fit"):
        envelope.read(Things.thing_made, json.dumps(document).encode())


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"7", b"\xff\xfe", b"[" * 100_000, b"1" * 5000, b'{"a":' * 100_000]
)
def test_what_is_no_document_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        envelope.read(Things.thing_made, body)


def test_ids_are_uuids() -> None:
    assert isinstance(envelope.read(Things.thing_made, envelope.number(written(), 1)).id, uuid.UUID)

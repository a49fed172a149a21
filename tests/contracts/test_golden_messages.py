"""Golden messages: the present code reads one stored message of each RPC and event, never rewritten.

A new RPC or event gets its message here; a stored one changes only together with a deliberate breaking change.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from chassis.bus import envelope
from wire import schema
from wire.asyncapi import contracts
from wire.contract import Event, Rpc

GOLDEN = Path(__file__).parent / "golden"
RPCS = [rpc for contract in contracts() for rpc in contract.rpcs().values()]
EVENTS = [event for contract in contracts() for event in contract.events().values()]


def golden(member: Rpc[Any, Any] | Event[Any], kind: str) -> dict[str, Any]:
    messages: dict[str, Any] = json.loads((GOLDEN / f"{member.owner}.json").read_text())
    found: dict[str, Any] = messages[kind][member.name]
    return found


def assert_holds(now: Any, then: Any) -> None:
    """Everything in the older message is in the newer one, which may hold more."""
    if isinstance(then, dict):
        for name, value in then.items():
            assert_holds(now[name], value)
    elif isinstance(then, list):
        assert len(now) == len(then)
        for one, other in zip(now, then, strict=True):
            assert_holds(one, other)
    else:
        assert now == then


@pytest.mark.parametrize("part", ["request", "reply"])
@pytest.mark.parametrize("rpc", RPCS, ids=repr)
def test_the_present_code_reads_a_golden_call(rpc: Rpc[Any, Any], part: str) -> None:
    message = golden(rpc, "rpcs")[part]
    read = schema.load(rpc.request if part == "request" else rpc.reply, message)
    assert_holds(schema.dump(read), message)


@pytest.mark.parametrize("event", EVENTS, ids=repr)
def test_the_present_code_reads_a_golden_event(event: Event[Any]) -> None:
    message = golden(event, "events")
    received = envelope.read(event, json.dumps(message).encode())
    assert_holds(schema.dump(received.data), message["data"]["object"])
    assert str(received.id) == message["id"]
    assert (received.aggregate, received.sequence) == (message["subject"], message["sequence"])
    assert received.changed == tuple(message["data"]["changed"])


@pytest.mark.parametrize("event", EVENTS, ids=repr)
def test_a_field_that_came_later_is_ignored(event: Event[Any]) -> None:
    message = golden(event, "events")
    grown = {
        **message,
        "later": 1,
        "data": {**message["data"], "object": {**message["data"]["object"], "later": 1}},
    }
    assert (
        envelope.read(event, json.dumps(grown).encode()).data
        == envelope.read(event, json.dumps(message).encode()).data
    )


@pytest.mark.parametrize("event", EVENTS, ids=repr)
def test_a_meaning_that_came_later_is_not_mistaken_for_todays(event: Event[Any]) -> None:
    newer = {**golden(event, "events"), "dataschema": f"urn:frontdesk:{event.type}:2"}
    with pytest.raises(ValueError, match="holds"):
        envelope.read(event, json.dumps(newer).encode())

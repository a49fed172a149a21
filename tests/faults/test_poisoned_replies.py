"""Malformed replies: a caller survives whatever somebody answers in a service's place."""

from __future__ import annotations

import json
from typing import Any

from tests.faults import poison
from tests.faults.messages import RPC_EXCHANGE, Outsider
from tests.faults.poison import JSON
from tests.faults.rig import Rig

QUEUE = "rpc-nobody"
RIGHT = b'{"result": {"counter": 1}, "error": null}'
UNREADABLE = {"internal_error": 1}


class Impostor:
    """Answers what the asker asks of a service that nobody runs."""

    def __init__(self, outsider: Outsider) -> None:
        self._outsider = outsider
        outsider.declare(QUEUE, exchange=RPC_EXCHANGE, routing_key="nobody.*")

    def answered(
        self, body: bytes, *, headers: Any = None, content_type: str | None = JSON
    ) -> dict[str, int]:
        """How a call ends that is answered so."""
        asked = json.dumps({"args": [], "kwargs": {"calls": 1, "is_to_nobody": True}}).encode()
        self._outsider.send_call("asker.burst", asked, correlation_id="burst")
        (call,) = self._outsider.take(QUEUE, 1)
        self._outsider.send(
            body,
            exchange=RPC_EXCHANGE,
            routing_key=call.properties["reply_to"],
            headers=headers,
            correlation_id=call.properties["correlation_id"],
            **({} if content_type is None else {"content_type": content_type}),
        )
        answer = self._outsider.answer_to("burst")
        assert answer["error"] is None, f"{body[:60]!r}: {answer['error']}"
        counts: dict[str, int] = answer["result"]["counts"]
        return counts


def test_whatever_is_answered_is_an_answer_or_a_failure_of_the_other_side(rig: Rig) -> None:
    asker = rig.start("asker")
    with Outsider(rig.amqp_uri) as outsider:
        impostor = Impostor(outsider)
        known = {
            kind: impostor.answered(
                bad.body, headers=bad.headers, content_type=bad.properties["content_type"]
            )
            for kind, bad in poison.shapes().items()
        }
        assert known == dict.fromkeys(poison.shapes(), UNREADABLE)
        ends = {kind: impostor.answered(body) for kind, body in poison.replies().items()}
        assert ends == dict.fromkeys(poison.replies(), UNREADABLE)
        refusal = poison.error(code="keeper_is_full")
        assert impostor.answered(refusal) == {"keeper_is_full": 1}
        assert impostor.answered(RIGHT) == {"answered": 1}
    assert asker.is_running
    assert asker.entries("link_lost") == []

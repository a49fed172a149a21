"""Poison messages on every queue of the real services: each is parked or answered, and what is behind it handled.

The twelve kinds that show in a message; the other two, a handler and a dependency that raise, need services that exist
only in tests: `test_poison`.
"""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from chassis.errors import BusError
from chassis.events.listeners import Listen, ListenBroadcast, dead_queue, queue_name
from chassis.process import runner, topology
from tests.contracts.test_golden_messages import golden
from tests.faults import poison
from tests.faults.messages import RPC_EXCHANGE, Outsider
from tests.faults.poison import JSON, Poison
from tests.faults.rig import LOOK_SECONDS
from tests.support.scenarios import cancellation, reactivation, subscriptions
from tests.support.suite import SERVICES, TOGETHER, Suite, Suites
from tests.support.waiting import eventually
from wire.asyncapi import contracts
from wire.contract import Event, Rpc

SPY = "spy"
SETTLED_SECONDS = 120.0
# With a policy for returning customers accounts asks billing; without one it would call nobody.
ASKS_BILLING = {"FRONTDESK_SELF_SERVICE_RETURN_DAYS": "30"}
# Of a service's own: what a caller may read without being anybody.
QUESTIONS = {contract.name: next(iter(contract.rpcs().values())) for contract in contracts()}


@pytest.fixture(scope="module")
def whole(suites: Suites, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Suite]:
    """The real services in one process, the gateway in another."""
    folder = tmp_path_factory.mktemp("poisoned")
    with suites.opened(folder, groups=TOGETHER, environment=ASKS_BILLING) as suite:
        yield suite


@pytest.fixture
def outsider(whole: Suite) -> Iterator[Outsider]:
    with Outsider(whole.environment["FRONTDESK_AMQP_URI"]) as outsider:
        yield outsider


def entries(kind: Any) -> list[tuple[str, str, Any]]:
    """(service, method, entrypoint) of each of one kind, of the gateway's too."""
    return [
        (name, method, entry)
        for name in (*SERVICES, "gateway")
        for method, entry in topology.entrypoints(runner.service_class(name))
        if isinstance(entry, kind)
    ]


def handlers() -> dict[str, tuple[str, Event[Any]]]:
    """By queue of an event: who takes from it, and what."""
    return {
        queue_name(entry.event, service, method): (service, entry.event)
        for service, method, entry in entries(Listen)
    }


def heard_by_broadcast() -> set[Event[Any]]:
    """What is heard on queues without a name to know: a message reaches them by way of the exchange."""
    return {entry.event for _, _, entry in entries(ListenBroadcast)}


def go_and_come_back(whole: Suite) -> str:
    """What makes everybody ask who ever asks; the account that did it."""
    member = subscriptions.paid(whole)
    cancellation.cancel(member)
    asked = reactivation.come_back(whole, member).must_be(202).body
    assert asked["request"]["state"] == "approved", "by the policy, which asks billing"
    return str(member.account["id"])


def spied_on(outsider: Outsider) -> set[str]:
    """Where the services and the gateway wait for answers, as somebody sees who has heard their calls."""
    calls = outsider.take(SPY, outsider.held(SPY))
    outsider.delete(SPY)
    return {call.properties["reply_to"] for call in calls}


def put(bad: Poison, outsider: Outsider, exchange: str, routing_key: str) -> str:
    """Send it there; the correlation id that an answer would have."""
    bad.exchange, bad.routing_key = exchange, routing_key
    if bad.properties.get("reply_to") is not None:
        bad.properties["reply_to"] = outsider.reply_to
    bad.send(outsider)
    return str(bad.properties.get("correlation_id"))


def poison_events(outsider: Outsider) -> Counter[str]:
    """Every kind into every queue of an event and of dead letters; how many each has to park."""
    sent: Counter[str] = Counter()
    for queue in [*handlers(), *(dead_queue(service).name for service in listening())]:
        for bad in poison.shapes().values():
            put(bad, outsider, "", queue)
            sent[queue] += 1
    for event in heard_by_broadcast():
        for bad in poison.shapes().values():
            put(bad, outsider, event.exchange, event.routing_key)
            sent.update(queue for queue, (_, heard) in handlers().items() if heard is event)
    return sent


def listening() -> set[str]:
    return {service for service, _ in handlers().values()}


def test_what_is_poisoned_here_is_every_lasting_queue() -> None:
    declared = {queue.name for name in SERVICES for queue in topology.queues(runner.service_class(name))}
    calls = {f"rpc-{contract.name}" for contract in contracts()}
    assert declared == {*handlers(), *calls, *(dead_queue(service).name for service in listening())}
    assert topology.queues(runner.service_class("gateway")) == []
    assert heard_by_broadcast()


def test_every_kind_on_every_queue_is_parked_or_answered_and_what_is_behind_it_handled(
    whole: Suite, outsider: Outsider
) -> None:
    outsider.declare(SPY, exchange=RPC_EXCHANGE, routing_key="*.*")
    account_id = go_and_come_back(whole)
    callers = spied_on(outsider)
    assert len(callers) == 3, "the gateway, accounts and notifications call others"
    processes = {name: whole.process(name).pid for name in ("accounts", "gateway")}

    sent = poison_events(outsider)
    asked = {
        (service, kind): put(bad, outsider, RPC_EXCHANGE, method_for(bad, rpc))
        for service, rpc in QUESTIONS.items()
        for kind, bad in poison.shapes().items()
    }
    for address in callers:
        for bad in poison.shapes().values():
            put(bad, outsider, RPC_EXCHANGE, address)
    behind = {
        queue: send_behind(outsider, queue, event, account_id) for queue, (_, event) in handlers().items()
    }

    for service, rpc in QUESTIONS.items():
        headers = {"nameko.account_id": account_id}
        outsider.send_call(repr(rpc), request(rpc), correlation_id=f"behind {service}", headers=headers)
        assert is_no_crash(outsider.answer_to(f"behind {service}")), service

    def is_handled() -> bool:
        assert unhandled(whole, behind) == {}
        return True

    eventually(is_handled, SETTLED_SECONDS, "what is behind them is handled", pause_seconds=LOOK_SECONDS)
    for (service, kind), correlation_id in asked.items():
        if "no reply_to" in kind or kind.startswith("event"):
            sent[f"rpc-{service}"] += 1
        else:
            assert is_no_crash(outsider.answer_to(correlation_id)), (service, kind)

    def are_parked() -> bool:
        assert parked(whole) == sent
        return True

    eventually(are_parked, SETTLED_SECONDS, "all are parked", pause_seconds=LOOK_SECONDS)
    go_and_come_back(whole)
    for name, pid in processes.items():
        assert whole.process(name).pid == pid
        assert whole.process(name).is_running
        assert whole.logged(name, '"link_lost"') == whole.logged(name, '"link_failed"') == []
    assert len(whole.logged("gateway", '"message_dropped"')) == len(heard_by_broadcast()) * len(
        poison.shapes()
    )


def method_for(bad: Poison, rpc: Rpc[Any, Any]) -> str:
    """That method of its service, or the one that there is not."""
    return f"{rpc.owner}.explode" if str(bad.routing_key).endswith(".explode") else repr(rpc)


def is_no_crash(answer: dict[str, Any]) -> bool:
    return answer["error"] is None or answer["error"]["code"] != BusError.code


def request(rpc: Rpc[Any, Any]) -> bytes:
    return json.dumps({"args": [], "kwargs": golden(rpc, "rpcs")["request"]}).encode()


def send_behind(outsider: Outsider, queue: str, event: Event[Any], account_id: str) -> str:
    """A right event of an aggregate of its own; its id."""
    event_id = str(uuid.uuid4())
    message = golden(event, "events") | {"id": event_id, "subject": f"{event.routing_key}/{event_id}"}
    message = with_account(message, account_id)
    outsider.send(
        json.dumps(message).encode(), exchange="", routing_key=queue, content_type=JSON, delivery_mode=2
    )
    return event_id


def with_account(value: Any, account_id: str) -> Any:
    """The same, all of it about one account."""
    if isinstance(value, list):
        return [with_account(item, account_id) for item in value]
    if not isinstance(value, dict):
        return value
    changed = {name: with_account(item, account_id) for name, item in value.items()}
    if "account_id" in value:
        changed["account_id"] = account_id
    if "account" in value:
        changed["account"]["id"] = account_id
    return changed


def unhandled(whole: Suite, behind: dict[str, str]) -> dict[str, Any]:
    """Of these events by queue, those that are not applied, with what is known of them."""
    found = {
        str(row["event_id"]): row
        for service in listening()
        for row in whole.rows(service, "SELECT event_id, state, reason FROM inbox")
    }
    return {
        queue: found.get(event_id)
        for queue, event_id in behind.items()
        if event_id not in found or found[event_id]["state"] != "done"
    }


def parked(whole: Suite) -> Counter[str]:
    """How many messages each queue has set aside."""
    found: Counter[str] = Counter()
    for service in SERVICES:
        for row in whole.rows(service, "SELECT handler, count(*) AS number FROM parked GROUP BY handler"):
            found[row["handler"]] += row["number"]
    return found

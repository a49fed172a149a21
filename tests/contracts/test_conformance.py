"""Conformance of the services to their contracts: every RPC is served once, every refusal has its texts."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from chassis import errors
from chassis.events.listeners import Listen, ListenBroadcast
from chassis.extensions import DependencyProvider
from chassis.process import runner, topology
from chassis.rpc import Client, Serve
from gateway import problems, texts
from wire.asyncapi import contracts
from wire.contract import Contract, Event, Refusal, Rpc

TIMEOUT_SECONDS_MAX = 5.0
NAMES = ("accounts", "billing", "contacts", "notifications", "gateway")


def services() -> dict[str, type]:
    return {name: runner.service_class(name) for name in NAMES}


def entrypoints(kind: type) -> list[tuple[str, str, Any]]:
    """(service, method, entrypoint) of every entrypoint of one kind."""
    return [
        (name, method, entrypoint)
        for name, service in services().items()
        for method, entrypoint in topology.entrypoints(service)
        if isinstance(entrypoint, kind)
    ]


def rpcs() -> list[Rpc[Any, Any]]:
    return [rpc for contract in contracts() for rpc in contract.rpcs().values()]


def events() -> list[Event[Any]]:
    return [event for contract in contracts() for event in contract.events().values()]


def refusals() -> list[type[Refusal]]:
    return sorted({refusal for rpc in rpcs() for refusal in rpc.refuses}, key=lambda cls: cls.code)


def test_every_contract_is_one_services() -> None:
    assert {contract.name for contract in contracts()} == set(NAMES) - {"gateway"}


def test_every_rpc_is_served_exactly_once_by_its_own_service_under_its_own_name() -> None:
    served = [(name, method, repr(entry.rpc)) for name, method, entry in entrypoints(Serve)]
    assert sorted(served) == sorted((rpc.owner, rpc.name, repr(rpc)) for rpc in rpcs())


@pytest.mark.parametrize("name", NAMES)
def test_no_method_of_a_service_hides_another_ones(name: str) -> None:
    """Of two methods with one name Python keeps the first, and an entrypoint is gone without a word."""
    owners: dict[str, list[str]] = {}
    for member, cls, value in members(name):
        if not isinstance(value, DependencyProvider):
            owners.setdefault(member, []).append(cls.__name__)
    assert {member: found for member, found in owners.items() if len(found) > 1} == {}


@pytest.mark.parametrize("name", NAMES)
def test_a_dependency_of_one_name_is_the_same_wherever_it_is_declared(name: str) -> None:
    """Each area declares the clients that it uses; of two under one name the composed service has the first."""
    kinds: dict[str, set[tuple[type, object]]] = {}
    for member, _, value in members(name):
        if isinstance(value, DependencyProvider):
            kinds.setdefault(member, set()).add((type(value), getattr(value, "contract", None)))
    assert {member: found for member, found in kinds.items() if len(found) > 1} == {}


def members(name: str) -> list[tuple[str, type, object]]:
    """What each class of a service declares: name, class and value."""
    return [
        (member, cls, value)
        for cls in services()[name].__mro__
        if cls is not object
        for member, value in vars(cls).items()
        if not member.startswith("__")
    ]


def test_every_event_that_is_listened_to_is_in_a_contract() -> None:
    heard = {entry.event for _, _, entry in entrypoints(Listen) + entrypoints(ListenBroadcast)}
    assert heard <= set(events())


def test_nobody_listens_to_itself() -> None:
    assert [(name, method) for name, method, entry in entrypoints(Listen) if entry.event.owner == name] == []


def test_an_event_is_owed_exactly_where_somebody_listens_for_good() -> None:
    listened = {repr(entry.event) for _, _, entry in entrypoints(Listen)}
    assert {repr(event) for event in events() if event.is_owed} == listened


def test_every_event_is_named_service_object_verb() -> None:
    for event in events():
        service, thing, verb = event.type.split(".")
        assert service == event.owner
        assert thing.isalpha()
        assert verb.replace("_", "").isalpha()
        assert event.type.islower()


@pytest.mark.parametrize("refusal", refusals(), ids=lambda refusal: refusal.code)
def test_every_refusal_has_a_status_and_words(refusal: type[Refusal]) -> None:
    assert refusal.code in problems.REFUSALS
    assert refusal.code in texts.REFUSALS
    assert refusal.code not in errors.BY_CODE, "a refusal is no failure"


def test_one_code_has_one_status_wherever_it_stands() -> None:
    assert set(problems.REFUSALS) == {refusal.code for refusal in refusals()}


def test_which_service_calls_which() -> None:
    """Written out, so that the tests below cannot pass by not finding any."""
    assert calls_of_all() == {
        "accounts": {"billing"},
        "billing": set(),
        "contacts": {"accounts"},
        "notifications": {"accounts", "contacts"},
        "gateway": {"accounts", "billing", "contacts", "notifications"},
    }


def test_no_service_waits_for_itself_by_way_of_others() -> None:
    calls = calls_of_all()
    for name in calls:
        assert name not in reached(calls, name), f"{name} calls itself in the end"


def test_a_circle_of_calls_is_found() -> None:
    assert "a" in reached({"a": {"b"}, "b": {"c"}, "c": {"a"}}, "a")


def test_services_call_only_what_a_contract_offers() -> None:
    assert all(
        contract in contracts() for service in services().values() for contract in called_contracts(service)
    )


@pytest.mark.parametrize("rpc", rpcs(), ids=repr)
def test_every_call_ends(rpc: Rpc[Any, Any]) -> None:
    assert 0 < rpc.timeout_seconds <= TIMEOUT_SECONDS_MAX


def called_contracts(service: type) -> set[type[Contract]]:
    """The contracts that a service calls, in whichever of its entrypoint classes the client is declared."""
    return {value.contract for _, value in inspect.getmembers(service) if isinstance(value, Client)}


def calls_of_all() -> dict[str, set[str]]:
    """The names of the services that each service calls."""
    return {
        name: {contract.name for contract in called_contracts(service)}
        for name, service in services().items()
    }


def reached(calls: dict[str, set[str]], start: str) -> set[str]:
    found: set[str] = set()
    ahead = [*calls[start]]
    while ahead:
        name = ahead.pop()
        if name not in found:
            found.add(name)
            ahead += calls.get(name, set())
    return found

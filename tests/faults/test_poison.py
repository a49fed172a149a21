"""Poison messages on every queue of the fault tests' services, of every kind and hundreds made up."""

from __future__ import annotations

import json
import os
import random
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.faults import poison
from tests.faults.messages import RPC_EXCHANGE, Outsider
from tests.faults.poison import EVENTS, PART_MADE, Poison
from tests.faults.rig import Rig, Service
from tests.support.processes import BIN
from tests.support.sizes import size
from tests.support.waiting import LIMIT_SECONDS, eventually

MUTATIONS = size(500, 10_000)
GOOD_EVERY = 25
NEIGHBOUR_SECONDS = 2.0
KEEP_QUEUE = "evt-maker-part.made--keeper.keep"
DELIVERY_LIMIT = 20
KILLED = -9
SPARE_NUMBERS = 10_000_000
KEPT = f"SELECT count(*) FROM journal WHERE number < {SPARE_NUMBERS} OR number > {2 * SPARE_NUMBERS}"
LISTEN_SECONDS = 0.2


@pytest.fixture
def outsider(rig: Rig) -> Iterator[Outsider]:
    with Outsider(rig.amqp_uri) as outsider:
        yield outsider


@pytest.fixture
def keeper(rig: Rig) -> Service:
    return rig.start("keeper")


class Neighbours:
    """Good messages sent behind bad ones: each must be handled within two seconds."""

    def __init__(self, rig: Rig, outsider: Outsider) -> None:
        self._rig = rig
        self._outsider = outsider
        self._count = 0

    def are_well(self) -> None:
        self._count += 1
        started = time.monotonic()
        self._outsider.call("keeper.add", name="neighbour")
        number = SPARE_NUMBERS + self._count
        send_event(self._outsider, poison.an_event(number))
        kept = f"SELECT count(*) FROM journal WHERE number = {number}"
        eventually(lambda: self._rig.value("keeper", kept), NEIGHBOUR_SECONDS, "the neighbour is handled")
        assert time.monotonic() - started < NEIGHBOUR_SECONDS


@pytest.fixture
def neighbours(rig: Rig, outsider: Outsider, keeper: Service) -> Neighbours:
    return Neighbours(rig, outsider)


def send_event(outsider: Outsider, event: dict[str, Any], **properties: Any) -> None:
    poison.to_events(body=json.dumps(event).encode(), **properties).send(outsider)


def assert_unharmed(service: Service) -> None:
    """The same process as ever, which never lost its connection over a message."""
    assert service.is_running
    assert service.entries("link_lost") == []
    assert service.entries("link_failed") == []
    assert len(service.entries("process_started")) == 1


def reasons(rig: Rig) -> list[str]:
    return [reason for _, _, reason, _, _ in rig.parked()]


@pytest.mark.parametrize("kind", list(poison.calls("")))
def test_a_bad_call_is_answered_or_parked(
    kind: str, rig: Rig, outsider: Outsider, keeper: Service, neighbours: Neighbours
) -> None:
    bad = poison.calls(outsider.reply_to)[kind]
    bad.send(outsider)
    neighbours.are_well()
    if kind == "no reply_to":
        eventually(lambda: len(rig.parked()) == 1, what="it is parked")
        assert "nobody would get the answer" in reasons(rig)[0]
    else:
        error = outsider.answer_to(bad.properties["correlation_id"])["error"]
        wanted = {"unknown method": "method_unknown", "result not serialisable": "internal_error"}
        assert error["code"] == wanted.get(kind, "malformed_request")
        assert rig.parked() == []
    assert rig.value("keeper", "SELECT count(*) FROM added WHERE name = 'poisoned'") == 0
    assert_unharmed(keeper)


@pytest.mark.parametrize("kind", list(poison.events()))
@pytest.mark.parametrize("build", [poison.to_events, poison.to_dead_letters])
def test_a_bad_event_is_parked_as_it_came(
    kind: str,
    build: Callable[..., Poison],
    rig: Rig,
    outsider: Outsider,
    keeper: Service,
    neighbours: Neighbours,
) -> None:
    bad = poison.events(build)[kind]
    bad.send(outsider)
    neighbours.are_well()
    eventually(lambda: len(rig.parked()) == 1, what="it is parked")
    ((_, _, reason, body, _),) = rig.parked()
    assert bytes(body) == bad.body
    assert reason
    assert_unharmed(keeper)


def without_validation(rig: Rig) -> Service:
    rig.environment["DRILL_WITHOUT"] = "validation"
    return rig.start("keeper")


def test_without_the_validation_one_bad_call_harms_everybody(rig: Rig, outsider: Outsider) -> None:
    keeper = without_validation(rig)
    neighbours = Neighbours(rig, outsider)
    with pytest.raises(AssertionError):
        test_a_bad_call_is_answered_or_parked("not JSON", rig, outsider, keeper, neighbours)
    assert len(keeper.entries("link_lost")) > 1, "it loses its connection over one message, again and again"


def test_without_the_validation_one_bad_event_harms_everybody(rig: Rig, outsider: Outsider) -> None:
    keeper = without_validation(rig)
    neighbours, build = Neighbours(rig, outsider), poison.to_events
    with pytest.raises(AssertionError):
        test_a_bad_event_is_parked_as_it_came("not JSON", build, rig, outsider, keeper, neighbours)
    assert len(keeper.entries("link_lost")) > 1


def test_an_event_whose_handler_raises_is_parked_after_its_last_attempt(
    rig: Rig, outsider: Outsider, keeper: Service, neighbours: Neighbours
) -> None:
    rig.set_mood(7, "raise")
    send_event(outsider, poison.an_event(7))
    neighbours.are_well()
    eventually(lambda: len(rig.parked()) == 1, what="it is parked")
    assert "as the test asked" in reasons(rig)[0]
    assert rig.value("keeper", "SELECT count(*) FROM attempts WHERE number = 7") == 4
    assert 7 not in rig.journal()
    assert_unharmed(keeper)


def test_a_dependency_that_raises_after_the_work_undoes_nothing(
    rig: Rig, outsider: Outsider, keeper: Service, neighbours: Neighbours
) -> None:
    send_event(outsider, poison.an_event(8, correlation_id="tantrum"))
    neighbours.are_well()
    assert rig.journal().count(8) == 1
    assert rig.parked() == []
    assert_unharmed(keeper)


@pytest.mark.parametrize("kind", ["nested", "far date", "no text"])
def test_headers_that_no_client_could_write_are_parked(
    kind: str, rig: Rig, outsider: Outsider, keeper: Service, neighbours: Neighbours
) -> None:
    headers = poison.unreadable_headers(kind)
    body = json.dumps(poison.an_event(9)).encode()
    for exchange, key in ((EVENTS, PART_MADE), ("nameko-rpc", "keeper.add"), ("frontdesk.dead", "keeper")):
        outsider.send_message(poison.ByHand(body, headers), exchange, key)
    neighbours.are_well()
    wanted = 2 if kind == "no text" else 3  # as an event it is right, and its odd header nobody asks for
    eventually(lambda: len(rig.parked()) == wanted, what="they are parked")
    assert_unharmed(keeper)


def test_a_routing_key_that_is_no_text_is_answered(
    rig: Rig, outsider: Outsider, keeper: Service, neighbours: Neighbours
) -> None:
    bad = poison.to_rpc(outsider.reply_to)
    bad.routing_key = b"keeper.\xff\xfe\x00"
    bad.send(outsider)
    neighbours.are_well()
    assert outsider.answer_to(bad.properties["correlation_id"])["error"]["code"] == "method_unknown"
    assert_unharmed(keeper)


def test_hundreds_of_mutations_harm_nobody(
    rig: Rig, outsider: Outsider, keeper: Service, neighbours: Neighbours
) -> None:
    sent = poison.mutations(
        random.Random(int(os.environ.get("DRILL_SEED", "20260201"))), outsider.reply_to, MUTATIONS
    )
    before = outsider.answered
    for number, bad in enumerate(sent):
        bad.send(outsider)
        if number % GOOD_EVERY == 0:
            neighbours.are_well()
            before += 1
    eventually(lambda: is_settled(rig, outsider), what="no message waits")
    calls = [bad for bad in sent if bad.exchange == RPC_EXCHANGE]
    # Who spoils the address or the deadline has no right to an answer.
    excused = [
        bad
        for bad in calls
        if bad.properties["reply_to"] != outsider.reply_to or "nameko.deadline_ms" in bad.headers
    ]

    def are_accounted_for() -> bool:
        """Those that somebody has in hand are in no queue, and not done yet."""
        outsider.listen(LISTEN_SECONDS)
        parked = [handler for _, handler, _, _, _ in rig.parked()]
        parked_calls = parked.count("rpc-keeper")
        assert outsider.answered - before + parked_calls >= len(calls) - len(excused)
        assert len(parked) - parked_calls + rig.value("keeper", KEPT) == len(sent) - len(calls)
        return True

    eventually(are_accounted_for, what="every call is answered or parked, every event applied or parked")
    neighbours.are_well()
    assert_unharmed(keeper)
    # By their ids: among thousands there may be two events of one number.
    applied = f"SELECT count(*) FROM inbox WHERE handler = '{KEEP_QUEUE}' AND state = 'done'"
    assert rig.value("keeper", "SELECT count(*) FROM journal") == rig.value("keeper", applied)


def is_settled(rig: Rig, outsider: Outsider) -> bool:
    waiting = rig.value("keeper", "SELECT count(*) FROM inbox WHERE state = 'waiting'")
    held = sum(outsider.held(queue) for queue in (KEEP_QUEUE, "rpc-keeper", "dead--keeper"))
    return not waiting and not held


def test_a_message_that_kills_ends_among_the_parked_and_can_be_replayed(rig: Rig, outsider: Outsider) -> None:
    service = rig.start("keeper")
    rig.set_mood(7, "die")
    deadly = poison.an_event(7)
    follower = poison.an_event(17, subject=deadly["subject"], sequence=2)
    for event in (deadly, follower, *map(poison.an_event, range(20, 30))):
        send_event(outsider, event)
    lives = [service]

    def is_parked() -> bool:
        if not lives[-1].is_running and len(lives) <= DELIVERY_LIMIT + 1:
            lives.append(rig.start("keeper", is_awaited=False))
        return bool(rig.parked())

    eventually(is_parked, 240, "the broker gives it up")
    *dead, service = lives
    assert [life.wait() for life in dead] == [KILLED] * (DELIVERY_LIMIT + 1)
    parked = {
        json.loads(bytes(body))["id"]: (handler, reason) for _, handler, reason, body, _ in rig.parked()
    }
    assert parked[deadly["id"]] == (KEEP_QUEUE, "dead letter: delivery_limit")
    # Who was behind it in the hands of the dead has been delivered as often.
    assert parked.keys() <= {deadly["id"], follower["id"]}
    eventually(lambda: set(range(20, 30)) <= set(rig.journal()), what="those of others are applied")

    rig.clear_moods()
    assert "to be replayed" in frontdesk(rig, "parked", "replay", "keeper", "--all")
    eventually(lambda: sorted(rig.journal()) == [7, 17, *range(20, 30)], what="all are applied, once")
    assert_unharmed(service)


def test_the_commands_list_show_drop_and_replay_what_is_parked(
    rig: Rig, outsider: Outsider, keeper: Service
) -> None:
    for number in range(1, 21):
        rig.set_mood(number, "raise")
        send_event(outsider, poison.an_event(number))
    poison.to_events(body=b"{not json").send(outsider)
    poison.to_rpc(None).send(outsider)
    eventually(lambda: len(rig.parked()) == 22, what="all are parked")

    lines = frontdesk(rig, "parked", "list", "keeper", "--limit", "200").splitlines()
    assert len(lines) == 22
    broken = next(line for line in lines if "JSON" in line or "Expecting" in line).split()[0]
    call = next(line for line in lines if "rpc-keeper" in line).split()[0]
    shown = json.loads(frontdesk(rig, "parked", "show", "keeper", broken))
    assert (shown["handler"], shown["body"]) == (KEEP_QUEUE, "{not json")
    assert "only be dropped" in frontdesk(rig, "parked", "replay", "keeper", call, is_refused=True)
    assert frontdesk(rig, "parked", "drop", "keeper", call) == "1 dropped"

    rig.clear_moods()
    assert frontdesk(rig, "parked", "replay", "keeper", "--all") == "21 to be replayed"
    rig.wait_until_kept(20)
    eventually(lambda: len(rig.parked()) == 1, what="what is still broken is parked again")
    assert rig.applied_twice() == 0
    assert frontdesk(rig, "parked", "drop", "keeper", "--all") == "1 dropped"
    assert frontdesk(rig, "parked", "list", "keeper") == ""
    assert "no such message" in frontdesk(rig, "parked", "show", "keeper", str(uuid.uuid4()), is_refused=True)


def frontdesk(rig: Rig, *arguments: str, is_refused: bool = False) -> str:
    """What the operator's command prints."""
    done = subprocess.run(
        [str(BIN / "frontdesk"), *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=LIMIT_SECONDS,
        env=os.environ | rig.environment_of("keeper"),
    )
    assert bool(done.returncode) is is_refused, done.stderr
    return (done.stdout + (done.stderr if is_refused else "")).strip()

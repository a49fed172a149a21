"""Contracts of the three services that the fault tests run: maker, keeper and asker."""

from __future__ import annotations

import uuid

from wire.contract import Contract, Event, Nothing, Refusal, Rpc, message


@message
class Part:
    """One made thing; `version` counts the parts of one aggregate from 1, in the order of their commits."""

    number: int
    aggregate: uuid.UUID
    version: int


class Maker(Contract):
    """Works off its table of orders: each becomes a row and an event in one unit of work."""

    name = "maker"
    part_made = Event(Part, is_owed=True)
    part_sold = Event(Part, is_owed=True)
    part_seen = Event(Part)


@message
class Count:
    aggregate: uuid.UUID


@message
class Counted:
    counter: int


@message
class Add:
    """Adds one, without a look at what was added before: who repeats it adds twice."""

    name: str


@message
class Wait:
    seconds_tenths: int


class Keeper(Contract):
    """Counts the parts it hears of, and answers."""

    name = "keeper"
    count = Rpc(Count, Counted)
    add = Rpc(Add, Counted, is_write=True, timeout_seconds=2.0)
    wait = Rpc(Wait, Nothing, timeout_seconds=10.0)
    answer_nonsense = Rpc(Count, Counted)


class KeeperIsFull(Refusal):
    code = "keeper_is_full"


class Nobody(Contract):
    """A service that nobody runs; a test may answer in its place."""

    name = "nobody"
    add = Rpc(Add, Counted, refuses=(KeeperIsFull,), is_write=True, timeout_seconds=2.0)


@message
class Burst:
    """So many calls at once of `keeper.add`, or of the same at a service that does not exist."""

    calls: int
    is_to_nobody: bool = False


@message
class Outcomes:
    """How the calls ended: each outcome's count, and the milliseconds that the quickest and the slowest took."""

    counts: dict[str, int]
    quickest_ms: int
    slowest_ms: int
    waiting_after: int


class Asker(Contract):
    """Calls others, as a service does, and tells how that went."""

    name = "asker"
    burst = Rpc(Burst, Outcomes, timeout_seconds=60.0)

"""The contract that the tests of the chassis use."""

from __future__ import annotations

import uuid

from wire.contract import Contract, Event, Rpc, message


@message
class Thing:
    number: int
    name: str = "thing"


@message
class MakeThing:
    number: int


class Things(Contract):
    name = "things"
    thing_made = Event(Thing, is_owed=True)
    thing_made_anew = Event(Thing, version=2)
    make_thing = Rpc(MakeThing, Thing, is_write=True)
    look_at_thing = Rpc(MakeThing, Thing)


ONE = uuid.UUID(int=1)
TWO = uuid.UUID(int=2)

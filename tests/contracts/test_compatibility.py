"""Breaking changes of a contract are found, and additions are none."""

from __future__ import annotations

import copy
import json
import uuid
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import pytest
from marshmallow import ValidationError
from marshmallow.validate import Length, Range

from wire import snapshots
from wire.asyncapi import contracts
from wire.comparison import breaking_changes
from wire.contract import Contract, Event, Refusal, Rpc, message

SNAPSHOTS = Path(__file__).parent / "snapshots"
Change = Callable[[dict[str, Any]], Any]


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@message
class Address:
    city: str
    street: str | None = None


@message
class AskParcel:
    parcel_id: uuid.UUID
    colour: Colour
    note: Annotated[str, Length(max=10)]
    weight: Annotated[int, Range(min=1)] = 1
    hint: str | None = None
    address: Address | None = None


@message
class Parcel:
    id: uuid.UUID
    colour: Colour
    stops: tuple[Address, ...]
    hint: str


@message
class ParcelSent:
    parcel: Parcel


def even(number: int) -> None:
    if number % 2:
        raise ValidationError("odd")


@message
class Pair:
    count: Annotated[int, even]


class Lost(Refusal):
    code = "lost"


class Stuck(Refusal):
    code = "stuck"


class Parcels(Contract):
    name = "parcels"
    ask = Rpc(AskParcel, Parcel, refuses=(Lost, Stuck), is_write=True)
    look = Rpc(AskParcel, Parcel)
    parcel_sent = Event(ParcelSent)
    parcel_lost = Event(ParcelSent)


def fields(name: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda snapshot: snapshot["messages"][name]["properties"]


def set_field(owner: str, name: str, **schema: Any) -> Change:
    return lambda snapshot: fields(owner)(snapshot)[name].update(schema)


def drop_field(owner: str, name: str) -> Change:
    return lambda snapshot: fields(owner)(snapshot).pop(name)


def require(owner: str, *names: str) -> Change:
    return lambda snapshot: snapshot["messages"][owner]["required"].extend(names)


def set_member(kind: str, name: str, **values: Any) -> Change:
    return lambda snapshot: snapshot[kind][name].update(values)


BREAKING: dict[str, tuple[Change, str]] = {
    "an RPC removed": (lambda now: now["rpcs"].pop("look"), "look: the RPC is gone"),
    "an event removed": (lambda now: now["events"].pop("parcel_lost"), "parcel_lost: the event is gone"),
    "a refusal vanished": (
        set_member("rpcs", "ask", refuses=["lost"]),
        "ask: no longer refuses with stuck",
    ),
    "idempotency dropped": (
        set_member("rpcs", "ask", is_write=False),
        "ask: no longer takes an idempotency key",
    ),
    "a version raised": (set_member("events", "parcel_lost", version=2), "version 1 became 2"),
    "a request field removed": (drop_field("AskParcel", "hint"), "ask request/hint: the field is gone"),
    "a reply field removed": (drop_field("Parcel", "hint"), "ask reply/hint: the field is gone"),
    "a nested field removed": (drop_field("Address", "city"), "ask reply/stops/*/city: the field is gone"),
    "an event's field removed": (drop_field("ParcelSent", "parcel"), "parcel_sent/parcel: the field is gone"),
    "a field retyped": (set_field("Parcel", "hint", type="integer"), "hint: was string, is integer"),
    "a format changed": (set_field("Parcel", "id", format="date"), "was string (uuid), is string (date)"),
    "a message put in a field's place": (
        lambda now: fields("Parcel")(now).update(hint={"$ref": "#/messages/Address"}),
        "hint: was string, is message",
    ),
    "a field that became required": (require("AskParcel", "hint"), "ask request/hint: is required now"),
    "a new required field": (
        lambda now: (
            fields("AskParcel")(now).update(size={"type": "integer"}),
            require("AskParcel", "size")(now),
        ),
        "ask request/size: is required now",
    ),
    "null refused in a request": (
        set_field("AskParcel", "hint", type="string"),
        "ask request/hint: may no longer be null",
    ),
    "null given in a reply": (
        set_field("Parcel", "hint", type=["string", "null"]),
        "ask reply/hint: may now be null",
    ),
    "a lower maximum": (
        set_field("AskParcel", "note", maxLength=9),
        "note: takes less than before (maxLength)",
    ),
    "a new maximum": (
        set_field("AskParcel", "hint", maxLength=9),
        "hint: takes less than before (maxLength)",
    ),
    "a new minimum length": (
        set_field("AskParcel", "note", minLength=1),
        "note: takes less than before (minLength)",
    ),
    "a higher minimum": (set_field("AskParcel", "weight", minimum=2), "weight: takes less"),
    "a new pattern": (
        set_field("AskParcel", "note", pattern="^x$"),
        "note: takes less than before (pattern)",
    ),
    "a new check": (set_field("AskParcel", "note", checks=["one_line"]), "takes less than before (one_line)"),
    "an address asked for": (set_field("AskParcel", "note", format="email"), "less than before (format)"),
    "a value no longer taken": (set_field("AskParcel", "colour", enum=["red"]), "colour: takes less"),
    "a value nobody expects in a reply": (
        set_field("Parcel", "colour", enum=["red", "blue", "green"]),
        "colour: may be more than before (enum)",
    ),
}
ADDITIONS: dict[str, Change] = {
    "an RPC": lambda now: now["rpcs"].update(again=now["rpcs"]["ask"]),
    "an event": lambda now: now["events"].update(parcel_found=now["events"]["parcel_sent"]),
    "a refusal": set_member("rpcs", "look", refuses=["lost"]),
    "an idempotency key": set_member("rpcs", "look", is_write=True),
    "an optional request field": lambda now: fields("AskParcel")(now).update(size={"type": "integer"}),
    "a reply field": lambda now: (
        fields("Parcel")(now).update(size={"type": "integer"}),
        require("Parcel", "size")(now),
    ),
    "a higher maximum": set_field("AskParcel", "note", maxLength=11),
    "no maximum": lambda now: fields("AskParcel")(now)["note"].pop("maxLength"),
    "a lower minimum": set_field("AskParcel", "weight", minimum=0),
    "another value taken": set_field("AskParcel", "colour", enum=["red", "blue", "green"]),
    "null taken": set_field("AskParcel", "note", type=["string", "null"]),
    "a field no longer required": lambda now: now["messages"]["AskParcel"]["required"].remove("note"),
    "a value no longer given": set_field("Parcel", "colour", enum=["red"]),
}


@pytest.mark.parametrize(("change", "reason"), BREAKING.values(), ids=BREAKING)
def test_a_breaking_change_is_found(change: Change, reason: str) -> None:
    before = snapshots.of(Parcels)
    now = copy.deepcopy(before)
    change(now)
    found = breaking_changes(before, now)
    assert any(reason in line for line in found), found
    assert all(line.startswith("parcels.") for line in found)


@pytest.mark.parametrize("change", ADDITIONS.values(), ids=ADDITIONS)
def test_an_addition_passes(change: Change) -> None:
    before = snapshots.of(Parcels)
    now = copy.deepcopy(before)
    change(now)
    assert now != before
    assert breaking_changes(before, now) == []


def test_a_check_that_has_no_word_in_json_schema_is_kept_by_its_name() -> None:
    class Pairs(Contract):
        name = "pairs"
        ask = Rpc(Pair, Pair)

    assert snapshots.of(Pairs)["messages"]["Pair"]["properties"]["count"] == {
        "type": "integer",
        "checks": ["even"],
    }


@pytest.mark.parametrize("contract", contracts(), ids=lambda contract: contract.name)
def test_the_contract_keeps_what_its_snapshot_promises(contract: type[Contract]) -> None:
    committed = json.loads((SNAPSHOTS / f"{contract.name}.json").read_text())
    assert breaking_changes(committed, snapshots.of(contract)) == []
    assert committed == snapshots.of(contract), "run `make docs` and commit what it writes"


def test_writing_refuses_to_break_a_promise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "FOLDER", tmp_path)
    for path, text in snapshots.documents().items():
        Path(path).write_text(text)
    assert len(snapshots.documents()) == len(contracts())

    promised = json.loads((tmp_path / "contacts.json").read_text())
    promised["rpcs"]["find_contact"] = promised["rpcs"]["get_contact"]
    (tmp_path / "contacts.json").write_text(json.dumps(promised))
    with pytest.raises(snapshots.BreakingChange, match=r"contacts\.find_contact: the RPC is gone"):
        snapshots.documents()

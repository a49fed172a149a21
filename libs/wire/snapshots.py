"""Snapshots of the contracts, against which a change may only add.

A snapshot is a contract as JSON. Against the one that is committed a change may only add: what callers may send can
grow wider, what they are sent can not. `frontdesk docs` writes the snapshots, and refuses a breaking
change; who means it deletes the file first, and says why in the commit.
"""

from __future__ import annotations

import json
import typing
from pathlib import Path
from typing import Annotated, Any

from wire.asyncapi import contracts
from wire.comparison import breaking_changes
from wire.contract import Contract
from wire.jsonschema import Schemas

FOLDER = Path("tests/contracts/snapshots")
PREFIX = "#/messages/"


class BreakingChange(SystemExit):
    """The contracts of the code break those of the snapshots."""


def of(contract: type[Contract]) -> dict[str, Any]:
    """A contract as plain data."""
    schemas = Schemas(PREFIX)
    rpcs = {
        name: {
            "request": schemas.refer(rpc.request),
            "reply": schemas.refer(rpc.reply),
            "refuses": sorted(refusal.code for refusal in rpc.refuses),
            "is_write": rpc.is_write,
        }
        for name, rpc in contract.rpcs().items()
    }
    events = {
        name: {"type": event.type, "version": event.version, "payload": schemas.refer(event.payload)}
        for name, event in contract.events().items()
    }
    return {
        "service": contract.name,
        "rpcs": rpcs,
        "events": events,
        "messages": {name: _with_checks(schemas, name) for name in sorted(schemas.found)},
    }


def documents() -> dict[str, str]:
    """Every snapshot by its path. Raises `BreakingChange` where the committed one is broken."""
    broken: list[str] = []
    texts: dict[str, str] = {}
    for contract in contracts():
        path, now = FOLDER / f"{contract.name}.json", of(contract)
        if path.exists():
            broken += breaking_changes(json.loads(path.read_text()), now)
        texts[str(path)] = json.dumps(now, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    if broken:
        raise BreakingChange(
            "Breaking changes of the contracts against their snapshots:\n" + "\n".join(broken)
        )
    return texts


def _with_checks(schemas: Schemas, name: str) -> dict[str, Any]:
    """The schema of a message, with the names of those checks that JSON Schema has no words for."""
    found, owner = schemas.found[name], schemas.owner(name)
    properties = dict(found["properties"])
    for field, hint in typing.get_type_hints(owner, include_extras=True).items():
        checks = sorted(_checks(hint))
        if checks:
            properties[field] = {**properties[field], "checks": checks}
    schema = {key: value for key, value in found.items() if key != "description"}
    return {**schema, "properties": properties}


def _checks(hint: Any) -> set[str]:
    """The functions among a hint's validators, by name."""
    own = {extra.__name__ for extra in getattr(hint, "__metadata__", ()) if hasattr(extra, "__name__")}
    inner = typing.get_args(hint)[:1] if typing.get_origin(hint) is Annotated else typing.get_args(hint)
    return own.union(*(_checks(part) for part in inner))

"""What the tables of permissions share: how they are read, what the gateway has, and one person of each role."""

from __future__ import annotations

import re
import uuid
from typing import Any

from chassis.process import runner, topology
from gateway.api import Api as Operation
from gateway.web import Web
from tests.support.people import Member, invited, sign_up
from tests.support.suite import Suite

ROLES = ("owner", "admin", "billing", "agent")
PARAMETER = re.compile(r"<(?:(\w+):)?\w+>")
Row = tuple[str, ...]


def rows(table: str) -> list[Row]:
    return [tuple(line.split()) for line in table.strip().splitlines()]


def found(kind: type[Operation] | type[Web]) -> list[Any]:
    service = runner.service_class("gateway")
    return [entrypoint for _, entrypoint in topology.entrypoints(service) if isinstance(entrypoint, kind)]


def may(allowed: str, role: str) -> bool:
    return allowed[ROLES.index(role)] != "."


def path_of(path: str) -> str:
    """The path with ids that nobody has, so that what is allowed does no harm."""
    return PARAMETER.sub(lambda match: "1" if match[1] == "int" else str(uuid.uuid4()), path)


def one_of_each_role(suite: Suite) -> dict[str, Member]:
    """One person of each role in one account."""
    owner = sign_up(suite)
    return {"owner": owner, **{role: invited(suite, owner, role) for role in ROLES[1:]}}

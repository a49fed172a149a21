"""The writes whose replies are never stored under their idempotency key, by name."""

from __future__ import annotations

import inspect
import re

from chassis.process import runner, topology
from chassis.rpc import Serve

SERVICES = ("accounts", "billing", "contacts", "notifications")
# Whoever knew the key could try passwords on the stored reply, past every throttle. Repeated, these writes open another
# session, or are refused because it is done.
NEVER_STORED = {
    "accounts.activate",
    "accounts.answer_challenge",
    "accounts.open_session",
    "accounts.reactivate",
    "accounts.reauthenticate",
    "contacts.activate_contact",
    "contacts.open_portal_session",
}
HELPER = re.compile(r"\bself\.(\w+)\(")


def stores_its_reply(service: type, method: str, seen: frozenset[str] = frozenset()) -> bool:
    """Whether the method, or a helper of the same service that it calls, passes its reply to its unit of work."""
    function = inspect.getattr_static(service, method, None)
    if not inspect.isfunction(function) or method in seen:
        return False
    source = inspect.getsource(function)
    return ".answer(" in source or any(
        stores_its_reply(service, helper, seen | {method}) for helper in HELPER.findall(source)
    )


def test_only_these_writes_never_store_their_reply() -> None:
    found = {
        repr(entry.rpc)
        for service in map(runner.service_class, SERVICES)
        for method, entry in topology.entrypoints(service)
        if isinstance(entry, Serve) and entry.rpc.is_write and not stores_its_reply(service, method)
    }
    assert found == NEVER_STORED

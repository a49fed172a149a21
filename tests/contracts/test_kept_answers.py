"""Which writes never keep their answer for a repeated key? Those that let somebody in, by name."""

from __future__ import annotations

import inspect
import re

from chassis.process import runner, topology
from chassis.rpc import Serve

SERVICES = ("accounts", "billing", "contacts", "notifications")
# Nobody stands behind their key yet: whoever knew it could try passwords on the kept answer, past every throttle.
# Asked again they let in anew, or the refusal says that it is done.
NEVER_KEPT = {
    "accounts.activate",
    "accounts.answer_challenge",
    "accounts.open_session",
    "accounts.reactivate",
    "accounts.reauthenticate",
}
HELPER = re.compile(r"\bself\.(\w+)\(")


def keeps_its_answer(service: type, method: str, seen: frozenset[str] = frozenset()) -> bool:
    """Whether the method, or a helper of the same service that it calls, hands its answer to its unit of work."""
    function = inspect.getattr_static(service, method, None)
    if not inspect.isfunction(function) or method in seen:
        return False
    source = inspect.getsource(function)
    return ".answer(" in source or any(
        keeps_its_answer(service, helper, seen | {method}) for helper in HELPER.findall(source)
    )


def test_only_these_writes_never_keep_their_answer() -> None:
    found = {
        repr(entry.rpc)
        for service in map(runner.service_class, SERVICES)
        for method, entry in topology.entrypoints(service)
        if isinstance(entry, Serve) and entry.rpc.is_write and not keeps_its_answer(service, method)
    }
    assert found == NEVER_KEPT

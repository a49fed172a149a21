"""Crash points: the named steps at which a test kills the process to prove that a kill is harmless there.

`FRONTDESK_CRASH_AT=name:count` ends the process with SIGKILL the `count`-th time it reaches that step; where it is not
set, as in production, reaching one does nothing. A step that is not in the registry cannot be reached, so a new one
cannot be forgotten by the test that walks the registry.
"""

from __future__ import annotations

import os
import signal

REGISTRY = (
    "outbox.before_commit",
    "outbox.after_commit",
    "relay.before_publish",
    "relay.after_publish",
    "relay.after_confirm",
    "relay.after_mark",
    "inbox.before_claim",
    "inbox.after_claim",
    "inbox.before_commit",
    "inbox.after_commit",
    "inbox.after_ack",
    "courier.after_claim",
    "courier.before_send",
    "courier.after_send",
    "courier.after_mark",
)

_armed, _, _count = os.environ.get("FRONTDESK_CRASH_AT", "").partition(":")
if _armed and _armed not in REGISTRY:
    raise SystemExit(f"settings: FRONTDESK_CRASH_AT: {_armed} is not a registered crash point")
_left = {_armed: int(_count or 1)} if _armed else {}


def reach(step: str) -> None:
    """End the process here if `step` is the crash point that is set."""
    if step not in REGISTRY:
        raise KeyError(f"{step} is not a registered crash point")
    if step in _left:
        _left[step] -= 1
        if _left[step] <= 0:
            os.kill(os.getpid(), signal.SIGKILL)

"""Versions: the refusal of a change that was made from data which is no longer the present one."""

from __future__ import annotations

from wire.contract import Refusal


class VersionStale(Refusal):
    """Somebody else has changed it since it was read."""

    code = "version_stale"

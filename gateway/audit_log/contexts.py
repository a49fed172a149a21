"""What the pages of the audit log are drawn from."""

from __future__ import annotations

import dataclasses
import datetime

from gateway.layout.contexts import Form


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class AuditLine:
    """An entry in the reader's words. `device` and `place` are empty where nobody was there: the suite itself acts."""

    happened_at: datetime.datetime
    actor: str
    actor_path: str  # the log of this actor alone; empty where it cannot be asked for
    sentence: str
    device: str
    place: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class AuditLog(Form):
    """`values` hold the filter: action, actor, from, to; `actions` are what can be chosen, with their titles."""

    template = "audit_log/audit_log"

    lines: tuple[AuditLine, ...]
    actions: tuple[tuple[str, str], ...]
    next_path: str = ""
    first_path: str = ""
    is_of_one_actor: bool = False
    export_path: str = "/account/audit-log/export"

"""What the pages of the audit log are drawn from."""

from __future__ import annotations

import dataclasses

from gateway.audit_lines import PATH, AuditLine
from gateway.layout.contexts import Form
from gateway.texts import audit_log as texts


@dataclasses.dataclass(frozen=True, kw_only=True)
class AuditLog(Form):
    """`values` hold the filter: action, actor, from, to; `actions` are those to choose from, with their titles."""

    template = "audit_log/audit_log"

    lines: tuple[AuditLine, ...]
    actions: tuple[tuple[str, str], ...]
    next_path: str = ""
    first_path: str = ""
    is_of_one_actor: bool = False
    export_path: str = f"{PATH}/export"


def action_choices(locale: str) -> tuple[tuple[str, str], ...]:
    """The actions that a reader can filter by, with their titles, in the order of these."""
    titles = ((action, texts.title(action, locale)) for action in texts.ACTIONS)
    return tuple(sorted(titles, key=lambda choice: choice[1].casefold()))

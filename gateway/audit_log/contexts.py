"""What the pages of the audit log are drawn from."""

from __future__ import annotations

import dataclasses
import datetime

from gateway.audit_log import texts
from gateway.layout.contexts import Form
from wire.accounts.audit_log import AuditEntry

PATH = "/account/audit-log"


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class AuditLine:
    """An entry in the reader's words. `device` and `place` are empty where nobody was there: the suite itself acts."""

    happened_at: datetime.datetime
    actor: str
    actor_path: str  # the log of this actor alone; empty where there is none
    sentence: str
    device: str
    place: str

    @classmethod
    def of(cls, entry: AuditEntry, locale: str) -> AuditLine:
        return cls(
            happened_at=entry.happened_at,
            actor=texts.actor(entry.actor, locale),
            actor_path="" if entry.actor.id is None else f"{PATH}?actor={entry.actor.id}",
            sentence=texts.sentence(entry, locale),
            device=", ".join(name for name in (entry.browser, entry.system) if name),
            place=entry.ip_address,
        )


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

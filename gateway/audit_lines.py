"""Lines of the audit log on pages: an entry in the reader's words."""

from __future__ import annotations

import dataclasses
import datetime

from gateway.texts import audit_log as texts
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

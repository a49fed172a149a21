"""Actors of the audit log: who does something, and from where."""

from __future__ import annotations

import dataclasses
import uuid

from accounts.models import UserRow
from wire.accounts.audit_log import ActorKind

__all__ = ["SYSTEM", "Actor", "ActorKind"]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Actor:
    """Who acts, and from where. `name` is kept as it is now: people are renamed and leave."""

    kind: ActorKind
    id: uuid.UUID | None = None
    name: str = ""
    ip_address: str = ""
    user_agent: str = ""

    def being(self, user: UserRow) -> Actor:
        """The same place, now known to be this user's."""
        return dataclasses.replace(self, kind=ActorKind.USER, id=user.id, name=user.name)


SYSTEM = Actor(kind=ActorKind.SYSTEM)

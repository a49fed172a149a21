"""Actors of the audit log: who does something to a contact, and from where."""

from __future__ import annotations

import dataclasses
import uuid
from enum import StrEnum

from chassis import context


class ActorKind(StrEnum):
    """The audit log's words for who acts here."""

    USER = "user"
    API_KEY = "api_key"
    CONTACT = "contact"
    SYSTEM = "system"
    NOBODY = "nobody"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Actor:
    """Who acts, and from where. The names of users and keys are filled in where they are kept; a contact's is given."""

    kind: ActorKind
    id: uuid.UUID | None = None
    name: str = ""
    ip_address: str = ""
    user_agent: str = ""

    def being(self, contact_id: uuid.UUID, name: str) -> Actor:
        """The same place, now known to be this contact's."""
        return dataclasses.replace(self, kind=ActorKind.CONTACT, id=contact_id, name=name)


SYSTEM = Actor(kind=ActorKind.SYSTEM)


def present() -> Actor:
    """Who asks, as the call's context knows them."""
    caller = context.current()
    kind, actor_id = ActorKind.NOBODY, None
    if caller.api_key_id is not None:
        kind, actor_id = ActorKind.API_KEY, caller.api_key_id
    elif caller.user_id is not None:
        kind, actor_id = ActorKind.USER, caller.user_id
    elif caller.contact_id is not None:
        kind, actor_id = ActorKind.CONTACT, caller.contact_id
    return Actor(
        kind=kind, id=actor_id, ip_address=caller.ip_address or "", user_agent=caller.user_agent or ""
    )

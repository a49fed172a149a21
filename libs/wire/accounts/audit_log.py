"""The audit log of an account: its entries, and how they are read."""

from __future__ import annotations

import datetime
import uuid
from enum import StrEnum
from typing import Annotated, Any

from marshmallow.validate import Length, Regexp

from wire.contract import message
from wire.values import PAGE_SIZE, Cursor, PageLimit

# As in the log: an object and what was done to it.
Action = Annotated[str, Length(max=60), Regexp(r"\A[a-z][a-z_]*\Z")]


class ActorKind(StrEnum):
    """Who acts: a person or a program of the account, one of its contacts, the operators, the suite itself, or somebody
    not logged in."""

    USER = "user"
    API_KEY = "api_key"
    CONTACT = "contact"
    SUPPORT = "support"
    SYSTEM = "system"
    NOBODY = "nobody"


@message
class AuditActor:
    """`name` is the one that they had then."""

    kind: ActorKind
    id: uuid.UUID | None
    name: str


@message
class AuditObject:
    kind: str
    id: uuid.UUID | None


@message
class AuditEntry:
    """Who did what to what, when and from where; `facts` say more about some actions. `browser` and `system` are what
    the user agent says of itself, in words that people know."""

    id: int
    happened_at: datetime.datetime
    action: str
    actor: AuditActor
    object: AuditObject
    ip_address: str
    user_agent: str
    facts: dict[str, Any]
    browser: str = ""
    system: str = ""


@message
class ListAuditLog:
    """A page, newest first; `after` is the cursor that the page before gave. `actor` is a user, an API
    key or a contact, `object` what something was done to. What happened at `from` or later, and before `to`."""

    limit: PageLimit = PAGE_SIZE
    after: Cursor | None = None
    action: Action | None = None
    actor: uuid.UUID | None = None
    object: uuid.UUID | None = None
    from_: datetime.datetime | None = None
    to: datetime.datetime | None = None


@message
class AuditPage:
    data: tuple[AuditEntry, ...]
    has_more: bool
    next_cursor: str | None

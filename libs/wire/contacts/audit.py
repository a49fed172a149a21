"""What is done to contacts, for the account's audit log, which the accounts service keeps."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from wire.contract import message


@message
class AuditRecorded:
    """Who did what to which object, when and from where, with the facts. `actor_kind` is a word of the audit log's
    actors: `user`, `api_key`, `system`, `nobody` or `contact`, whose `actor_name` is given."""

    action: str
    actor_kind: str
    actor_id: uuid.UUID | None
    actor_name: str
    object_kind: str
    object_id: uuid.UUID
    ip_address: str
    user_agent: str
    facts: dict[str, Any]
    happened_at: datetime.datetime

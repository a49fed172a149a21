"""Query parameters of the audit log that are the API's own."""

from __future__ import annotations

import datetime
import uuid

from wire.accounts.audit_log import Action
from wire.contract import message
from wire.values import Cursor


@message
class ExportAuditLog:
    """A file of the entries that a list would have, without pages."""

    after: Cursor | None = None
    action: Action | None = None
    actor: uuid.UUID | None = None
    object: uuid.UUID | None = None
    from_: datetime.datetime | None = None
    to: datetime.datetime | None = None

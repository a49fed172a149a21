"""What the pages of email address changes are drawn from."""

from __future__ import annotations

import dataclasses
import datetime
from enum import StrEnum

from gateway.layout.contexts import Form, Page


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class PendingChange:
    new_email: str
    requested_at: datetime.datetime
    expires_at: datetime.datetime


@dataclasses.dataclass(frozen=True, kw_only=True)
class EmailAddress(Form):
    """Fields: email, current_password; none of them while a change is pending."""

    template = "email_changes/email_address"

    email: str
    pending: PendingChange | None = None


class EmailLinkKind(StrEnum):
    """Which mailbox the link came from."""

    CONFIRM = "confirm"
    UNDO = "undo"


class EmailLinkState(StrEnum):
    READY = "ready"
    USED = "used"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    TAKEN = "taken"
    UNKNOWN = "unknown"


@dataclasses.dataclass(frozen=True, kw_only=True)
class EmailLink(Page):
    """What a link can do, by a button; what follows `state` may be empty unless it is ready."""

    template = "email_changes/email_link"

    kind: EmailLinkKind
    state: EmailLinkState
    email_masked: str = ""
    expires_at: datetime.datetime | None = None

"""What the pages of email address changes are drawn from."""

from __future__ import annotations

import dataclasses
import datetime
from enum import StrEnum

from gateway.layout.contexts import Form, Page
from wire.accounts.email_changes import EmailChange
from wire.values import TokenState


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class PendingChange:
    new_email: str
    requested_at: datetime.datetime
    expires_at: datetime.datetime

    @classmethod
    def of(cls, change: EmailChange) -> PendingChange:
        return cls(new_email=change.new_email, requested_at=change.requested_at, expires_at=change.expires_at)


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

    @classmethod
    def of(cls, state: TokenState) -> EmailLinkState:
        return {
            TokenState.ISSUED: cls.READY,
            TokenState.CONSUMED: cls.USED,
            TokenState.SUPERSEDED: cls.SUPERSEDED,
            TokenState.REVOKED: cls.CANCELLED,
            TokenState.EXPIRED: cls.EXPIRED,
        }[state]


@dataclasses.dataclass(frozen=True, kw_only=True)
class EmailLink(Page):
    """What a link can do, by a button; what follows `state` may be empty unless it is ready."""

    template = "email_changes/email_link"

    kind: EmailLinkKind
    state: EmailLinkState
    email_masked: str = ""
    expires_at: datetime.datetime | None = None

"""What the pages of sessions are drawn from."""

from __future__ import annotations

import dataclasses
import datetime
import uuid

from gateway.layout.contexts import Form, Page
from wire.accounts import sessions


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """`browser` and `system` are empty where the device did not say."""

    id: uuid.UUID
    browser: str
    system: str
    ip_address: str
    created_at: datetime.datetime
    last_used_at: datetime.datetime | None
    is_current: bool
    is_remembered: bool

    @classmethod
    def of(cls, session: sessions.Session) -> Session:
        return cls(
            id=session.id,
            browser=session.browser,
            system=session.system,
            ip_address=session.ip_address,
            created_at=session.created_at,
            last_used_at=session.last_used_at,
            is_current=session.is_current,
            is_remembered=session.is_remembered,
        )


@dataclasses.dataclass(frozen=True, kw_only=True)
class Sessions(Page):
    """The present session first."""

    template = "sessions/sessions"

    sessions: tuple[Session, ...]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Confirm(Form):
    """Fields: password. Where a page needs to know that it is still the same person; `next_path` is that page."""

    template = "sessions/confirm"

    next_path: str

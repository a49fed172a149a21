"""What the pages of login and sessions are drawn from."""

from __future__ import annotations

import dataclasses
import datetime
import uuid

from gateway.layout.contexts import Form, Page


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


@dataclasses.dataclass(frozen=True, kw_only=True)
class LogIn(Form):
    """Fields: email, password, is_remembered; `problem` is the one generic refusal."""

    template = "sessions/log_in"


@dataclasses.dataclass(frozen=True, kw_only=True)
class LogInCode(Form):
    """Fields: code. The second step of a log-in; `is_remembered` is what was chosen in the first."""

    template = "sessions/log_in_code"

    is_remembered: bool = False

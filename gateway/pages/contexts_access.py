"""What do the pages show on which people see who is logged in, and which programs have a key?"""

from __future__ import annotations

import dataclasses
import datetime
import uuid

from gateway.pages.contexts import Form, Page
from wire.permissions import Permission


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

    template = "sessions"

    sessions: tuple[Session, ...]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Confirm(Form):
    """Fields: password. Where a page needs to know that it is still the same person; `next_path` is that page."""

    template = "confirm"

    next_path: str


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class ApiKey:
    id: uuid.UUID
    name: str
    prefix: str
    scopes: tuple[Permission, ...]
    created_by: str
    created_at: datetime.datetime
    expires_at: datetime.datetime | None
    last_used_at: datetime.datetime | None


@dataclasses.dataclass(frozen=True, kw_only=True)
class ApiKeys(Form):
    """Fields: name, scopes, life, current_password. `scopes_offered` are those that who looks may give."""

    template = "api_keys"

    api_keys: tuple[ApiKey, ...]
    scopes_offered: tuple[Permission, ...]


@dataclasses.dataclass(frozen=True, kw_only=True)
class ApiKeyCreated(Page):
    """The one page that ever shows a key."""

    template = "api_key_created"

    api_key: ApiKey
    token: str

"""What the pages of API keys are drawn from."""

from __future__ import annotations

import dataclasses
import datetime
import uuid

from gateway.layout.contexts import Form, Page
from wire.accounts import api_keys
from wire.permissions import Permission


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

    @classmethod
    def of(cls, key: api_keys.ApiKey) -> ApiKey:
        return cls(
            id=key.id,
            name=key.name,
            prefix=key.prefix,
            scopes=key.scopes,
            created_by=key.created_by,
            created_at=key.created_at,
            expires_at=key.expires_at,
            last_used_at=key.last_used_at,
        )


@dataclasses.dataclass(frozen=True, kw_only=True)
class ApiKeys(Form):
    """Fields: name, scopes, life, current_password. `scopes_offered` are those that who looks may give."""

    template = "api_keys/api_keys"

    api_keys: tuple[ApiKey, ...]
    scopes_offered: tuple[Permission, ...]


@dataclasses.dataclass(frozen=True, kw_only=True)
class ApiKeyCreated(Page):
    """The one page that ever shows a key."""

    template = "api_keys/api_key_created"

    api_key: ApiKey
    token: str

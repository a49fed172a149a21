"""API keys: how a program authenticates, and how an account's people create, scope and revoke them."""

from __future__ import annotations

import datetime
import uuid
from typing import Annotated

from marshmallow.validate import Length, OneOf

from wire.contract import Refusal, message
from wire.permissions import OF_KEYS, Permission
from wire.values import Digest, Name, Secret

KeyScope = Annotated[Permission, OneOf([scope.value for scope in Permission if scope in OF_KEYS])]
KeyScopes = Annotated[tuple[KeyScope, ...], Length(min=1), Length(max=20)]


@message
class ApiKey:
    """All that is known of a key but the key itself; `prefix` is how it begins, `created_by` names who made it."""

    id: uuid.UUID
    name: str
    prefix: str
    scopes: tuple[Permission, ...]
    created_by: str
    created_at: datetime.datetime
    expires_at: datetime.datetime | None = None
    last_used_at: datetime.datetime | None = None


@message
class CreateApiKey:
    """A key can never do more than whoever made it may do at the time, and ends when they are removed.
    `current_password` is asked for where the session's last proof is more than a few minutes old."""

    name: Name
    scopes: KeyScopes
    expires_at: datetime.datetime | None = None
    current_password: Secret | None = None


@message
class CreatedApiKey:
    """The only message that holds a key: whoever made it keeps it, the service keeps the digest.

    Whoever repeats the call with its idempotency key is told it again, for two days.
    """

    token: str
    api_key: ApiKey


@message
class ListApiKeys:
    pass


@message
class ApiKeyList:
    """An account's living keys, the newest first; there are 50 at most, so there is no second page."""

    data: tuple[ApiKey, ...]
    has_more: bool = False
    next_cursor: str | None = None


@message
class RevokeApiKey:
    api_key_id: uuid.UUID


@message
class IdentifyApiKey:
    token_digest: Digest


@message
class KeyIdentity:
    """What a key speaks for: an account, within its scopes, and no person."""

    api_key_id: uuid.UUID
    account_id: uuid.UUID
    scopes: tuple[Permission, ...]
    locale: str
    expires_at: datetime.datetime | None


@message
class ApiKeyCreated:
    api_key: ApiKey


@message
class ApiKeyRevoked:
    """A key is of no use any more: whoever keeps keys in mind forgets it now."""

    api_key_id: uuid.UUID


class ApiKeyUnknown(Refusal):
    """No such key, or one that was revoked, has expired, or belongs to a cancelled account."""

    code = "api_key_unknown"


class ApiKeyNotFound(Refusal):
    """None of the account's keys has this id."""

    code = "api_key_not_found"


class ApiKeyLimitReached(Refusal):
    """The account has as many keys as it may have; `limit` says how many."""

    code = "api_key_limit_reached"


class ScopeNotAllowed(Refusal):
    """No key has this scope, or who asks does not have it either."""

    code = "scope_not_allowed"


class ExpiryPassed(Refusal):
    """A key cannot end before it begins."""

    code = "expiry_passed"

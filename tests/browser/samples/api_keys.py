"""Samples of the pages of API keys."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from gateway import texts
from gateway.api_keys.contexts import ApiKey, ApiKeyCreated, ApiKeys
from gateway.layout.contexts import Page
from tests.browser.sample_people import NAMES, NOW, common
from wire.permissions import OF_KEYS, Permission

PATH = "/account/api-keys"
KEY_NAMES = {"en": "Nightly export", "fr": "Export de la nuit", "ko": "야간 내보내기"}
TOKEN = "fd_live_mQ3vT8xkP1cZ6wYbR9sN4dJfH7gL2aE5uK0iOeXrVtM"  # a sample
# Said by these samples, not by the pages: the same in every language.
SAME_EVERYWHERE = frozenset(
    {
        *KEY_NAMES.values(),
        *(permission.value for permission in Permission),
        "my-crm-sync",
        "fd_live_mQ3v…",
        "Authorization: Bearer fd_live_mQ3v…",
    }
)


def api_key(locale: str, number: int = 1, **changes: Any) -> ApiKey:
    ordinary: dict[str, Any] = {
        "id": uuid.UUID(int=number),
        "name": KEY_NAMES[locale],
        "prefix": TOKEN[:12],
        "scopes": (Permission.CONTACTS_READ, Permission.CONTACTS_WRITE, Permission.INVOICES_READ),
        "created_by": NAMES[locale],
        "created_at": NOW - datetime.timedelta(days=20),
        "expires_at": NOW + datetime.timedelta(days=70),
        "last_used_at": NOW - datetime.timedelta(hours=1),
    }
    return ApiKey(**{**ordinary, **changes})


def _api_keys(locale: str, *keys: ApiKey, **changes: Any) -> Page:
    offered = tuple(permission for permission in Permission if permission in OF_KEYS)
    return ApiKeys(
        **common(locale, PATH, is_logged_in=True), api_keys=keys, scopes_offered=offered, **changes
    )


def pages(locale: str) -> dict[str, Page]:
    key, unused = api_key(locale), api_key(locale, 2, name="my-crm-sync", expires_at=None, last_used_at=None)
    errors = {
        "name": texts.detail("missing_field", locale),
        "scopes": texts.detail("missing_field", locale),
        "current_password": texts.detail("password_incorrect", locale),
    }
    return {
        "api_keys": _api_keys(locale, key, unused),
        "api_keys-none": _api_keys(locale),
        "api_keys-errors": _api_keys(
            locale, key, errors=errors, values={"life": "90", "scopes": "contacts:read"}
        ),
        "api_key_created": ApiKeyCreated(**common(locale, PATH, is_logged_in=True), api_key=key, token=TOKEN),
    }

"""What do the pages about sessions and API keys show in each of their states?"""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from gateway import texts
from gateway.api_keys import contexts as api_keys_contexts
from gateway.layout.contexts import Page
from gateway.sessions import contexts as sessions_contexts
from tests.browser.sample_people import NAMES, NOW, common
from wire.permissions import OF_KEYS, Permission

KEY_NAMES = {"en": "Nightly export", "fr": "Export de la nuit", "ko": "야간 내보내기"}
TOKEN = "fd_live_mQ3vT8xkP1cZ6wYbR9sN4dJfH7gL2aE5uK0iOeXrVtM"  # a sample
# Said by these samples, not by the pages: the same in every language.
SAME_EVERYWHERE = frozenset(
    {
        *KEY_NAMES.values(),
        *(permission.value for permission in Permission),
        "my-crm-sync",
        "curl",
        "fd_live_mQ3v…",
    }
    | {"203.0.113.24", "2001:db8:85a3:8d3:1319:8a2e:370:7348", "Authorization: Bearer fd_live_mQ3v…"}
)


def inside(locale: str, path: str) -> dict[str, Any]:
    return common(locale, path, is_logged_in=True)


def session(number: int = 1, **changes: Any) -> sessions_contexts.Session:
    ordinary: dict[str, Any] = {
        "id": uuid.UUID(int=number),
        "browser": "Firefox",
        "system": "Windows",
        "ip_address": "203.0.113.24",
        "created_at": NOW - datetime.timedelta(hours=2),
        "last_used_at": NOW - datetime.timedelta(minutes=4),
        "is_current": False,
        "is_remembered": False,
    }
    return sessions_contexts.Session(**{**ordinary, **changes})


def api_key(locale: str, number: int = 1, **changes: Any) -> api_keys_contexts.ApiKey:
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
    return api_keys_contexts.ApiKey(**{**ordinary, **changes})


def _api_keys(locale: str, *keys: api_keys_contexts.ApiKey, **changes: Any) -> Page:
    offered = tuple(permission for permission in Permission if permission in OF_KEYS)
    return api_keys_contexts.ApiKeys(
        **inside(locale, "/account/api-keys"), api_keys=keys, scopes_offered=offered, **changes
    )


def pages(locale: str) -> dict[str, Page]:
    here = session(is_current=True)
    others = (
        session(2, system="iPhone", browser="Safari", is_remembered=True),
        session(3, browser="curl", system="", ip_address="2001:db8:85a3:8d3:1319:8a2e:370:7348"),
        session(4, browser="", system="", last_used_at=None),
    )
    key, unused = api_key(locale), api_key(locale, 2, name="my-crm-sync", expires_at=None, last_used_at=None)
    errors = {
        "name": texts.detail("missing_field", locale),
        "scopes": texts.detail("missing_field", locale),
        "current_password": texts.detail("password_incorrect", locale),
    }
    confirm = inside(locale, "/account/confirm?next=%2Faccount%2Fsecond-factor")
    wrong = {"password": texts.detail("password_incorrect", locale)}
    return {
        "sessions": sessions_contexts.Sessions(**inside(locale, "/account/sessions"), sessions=(here,)),
        "sessions-many": sessions_contexts.Sessions(
            **inside(locale, "/account/sessions"), sessions=(here, *others)
        ),
        "confirm": sessions_contexts.Confirm(**confirm, next_path="/account/second-factor"),
        "confirm-errors": sessions_contexts.Confirm(
            **confirm, next_path="/account/second-factor", errors=wrong
        ),
        "api_keys": _api_keys(locale, key, unused),
        "api_keys-none": _api_keys(locale),
        "api_keys-errors": _api_keys(
            locale, key, errors=errors, values={"life": "90", "scopes": "contacts:read"}
        ),
        "api_key_created": api_keys_contexts.ApiKeyCreated(
            **inside(locale, "/account/api-keys"), api_key=key, token=TOKEN
        ),
    }

"""Pages of an account's API keys."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from typing import Any

from werkzeug.wrappers import Response

from chassis.rpc import Client
from gateway import forms
from gateway.api_keys import contexts
from gateway.api_keys.contexts import ApiKeyCreated, ApiKeys
from gateway.auth import SessionCache
from gateway.forms import Field, Fields, Problem, Refused
from gateway.web import Visit, see_other, web
from wire import schema
from wire.accounts import Accounts
from wire.accounts.api_keys import (
    ApiKeyLimitReached,
    CreateApiKey,
    CreatedApiKey,
    ExpiryPassed,
    ListApiKeys,
    RevokeApiKey,
    ScopeNotAllowed,
)
from wire.accounts.passwords import ReauthenticationRequired
from wire.accounts.profile import GetMe
from wire.identity import PasswordIncorrect
from wire.permissions import OF_KEYS, Permission

PAGE = "/account/api-keys"
# How long a key of the form lives, in days; the API takes any moment.
LIVES = {"30": 30, "90": 90, "365": 365, "unlimited": None}
DAYS_OTHERWISE = 30
NEW_KEY: forms.Rules = {
    PasswordIncorrect: Field("current_password", blank_code="missing_field"),
    ReauthenticationRequired: Field("current_password", blank_code="missing_field"),
    ScopeNotAllowed: Fields(),
    ExpiryPassed: Fields(),
    ApiKeyLimitReached: Problem(),
}


class ApiKeysPages:
    accounts = Client(Accounts)
    sessions = SessionCache()

    @web("GET", PAGE, needs=Permission.API_KEYS)
    def show_api_keys(self, visit: Visit) -> Response:
        return self._draw_api_keys(visit)

    @web("POST", PAGE, needs=Permission.API_KEYS)
    def send_api_key(self, visit: Visit) -> Response:
        """The key stands on the page that answers the form, and nowhere from where a redirect could fetch it."""
        entered = {"scopes": "", **visit.form}  # of check boxes, none may have been ticked
        outcome = forms.submit(visit, lambda: self._create(visit), NEW_KEY, entered=entered)
        if isinstance(outcome, Refused) and outcome.problem:
            return self._draw_api_keys(visit, **outcome.context)
        if isinstance(outcome, Refused):
            return self._draw_api_keys(visit, values=entered, **outcome.context)
        return visit.draw(
            ApiKeyCreated,
            status=201,
            api_key=contexts.ApiKey.of(outcome.api_key),
            token=outcome.token,
            time_zone=self._time_zone(),
        )

    def _create(self, visit: Visit) -> CreatedApiKey:
        return self.accounts.create_api_key(schema.load(CreateApiKey, _fields(visit)))

    @web("POST", "/account/api-keys/<uuid:api_key_id>/revoke", needs=Permission.API_KEYS)
    def send_api_key_revocation(self, visit: Visit) -> Response:
        api_key_id: uuid.UUID = visit.request.parameters["api_key_id"]
        self.accounts.revoke_api_key(RevokeApiKey(api_key_id=api_key_id))
        self.sessions.forget(api_key_id)
        return see_other(PAGE, notice="api_key_revoked")

    def _draw_api_keys(self, visit: Visit, **values: Any) -> Response:
        found = self.accounts.list_api_keys(ListApiKeys())
        return visit.draw(
            ApiKeys,
            api_keys=tuple(contexts.ApiKey.of(key) for key in found.data),
            scopes_offered=tuple(scope for scope in Permission if scope in OF_KEYS and visit.may(scope)),
            time_zone=self._time_zone(),
            **values,
        )

    def _time_zone(self) -> str:
        return self.accounts.get_me(GetMe()).user.time_zone


def _fields(visit: Visit) -> Mapping[str, object]:
    form = visit.form
    days = LIVES.get(form.get("life", ""), DAYS_OTHERWISE)
    until = None if days is None else datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=days)
    return {
        "name": form.get("name", ""),
        "scopes": visit.request.form.getlist("scopes"),
        "expires_at": None if until is None else until.isoformat(),
        "current_password": form.get("current_password") or None,
    }

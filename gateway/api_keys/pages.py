"""An account's API keys, for the people who look after them."""

from __future__ import annotations

import datetime
import uuid

from marshmallow import ValidationError
from werkzeug.wrappers import Response

from chassis.rpc import Client
from gateway import forms, texts
from gateway.api_keys import contexts
from gateway.api_keys.contexts import ApiKeyCreated, ApiKeys
from gateway.auth import SessionMemory
from gateway.problems import field_errors
from gateway.web import Visit, see_other, web
from wire import schema
from wire.accounts import Accounts
from wire.accounts.api_keys import (
    ApiKey,
    ApiKeyLimitReached,
    CreateApiKey,
    ExpiryPassed,
    ListApiKeys,
    RevokeApiKey,
    ScopeNotAllowed,
)
from wire.accounts.passwords import PasswordIncorrect, ReauthenticationRequired
from wire.accounts.profile import GetMe
from wire.contract import FieldError
from wire.permissions import OF_KEYS, Permission

PAGE = "/account/api-keys"
# How long a key of the form lives, in days; the API takes any moment.
LIVES = {"30": 30, "90": 90, "365": 365, "unlimited": None}
DAYS_OTHERWISE = 30


class ApiKeysPages:
    accounts = Client(Accounts)
    sessions = SessionMemory()

    @web("GET", PAGE, needs=Permission.API_KEYS)
    def show_api_keys(self, visit: Visit) -> Response:
        return self._draw_api_keys(visit)

    @web("POST", PAGE, needs=Permission.API_KEYS)
    def send_api_key(self, visit: Visit) -> Response:
        """The key stands on the page that answers the form, and nowhere from where a redirect could fetch it."""
        try:
            created = self.accounts.create_api_key(schema.load(CreateApiKey, _entered(visit)))
        except ValidationError as invalid:
            return self._refill_api_key(visit, field_errors(invalid))
        except (PasswordIncorrect, ReauthenticationRequired) as refused:
            return self._refill_api_key(visit, (FieldError(pointer="/current_password", code=refused.code),))
        except (ScopeNotAllowed, ExpiryPassed) as refused:
            return self._refill_api_key(visit, refused.errors)
        except ApiKeyLimitReached as refused:
            return self._draw_api_keys(visit, status=409, problem=texts.detail(refused.code, visit.locale))
        return visit.draw(
            ApiKeyCreated,
            status=201,
            api_key=_shown(created.api_key),
            token=created.token,
            time_zone=self._time_zone_of_keys(),
        )

    @web("POST", "/account/api-keys/<uuid:api_key_id>/revoke", needs=Permission.API_KEYS)
    def send_api_key_revocation(self, visit: Visit) -> Response:
        api_key_id: uuid.UUID = visit.request.parameters["api_key_id"]
        self.accounts.revoke_api_key(RevokeApiKey(api_key_id=api_key_id))
        self.sessions.forget(api_key_id)
        return see_other(PAGE, notice="api_key_revoked")

    def _refill_api_key(self, visit: Visit, found: tuple[FieldError, ...]) -> Response:
        """The form again; what is wrong with one scope is wrong with the choice of scopes."""
        whole = tuple(
            FieldError(pointer="/scopes", code=error.code, detail=error.detail)
            if error.pointer.startswith("/scopes")
            else error
            for error in found
        )
        values = {**visit.form, "scopes": " ".join(visit.request.form.getlist("scopes"))}
        return self._draw_api_keys(
            visit, status=422, errors=forms.by_field(whole, visit, values), values=values
        )

    def _draw_api_keys(self, visit: Visit, *, status: int = 200, **values: object) -> Response:
        found = self.accounts.list_api_keys(ListApiKeys())
        return visit.draw(
            ApiKeys,
            status=status,
            api_keys=tuple(_shown(key) for key in found.data),
            scopes_offered=tuple(scope for scope in Permission if scope in OF_KEYS and visit.may(scope)),
            time_zone=self._time_zone_of_keys(),
            **values,
        )

    def _time_zone_of_keys(self) -> str:
        return self.accounts.get_me(GetMe()).user.time_zone


def _entered(visit: Visit) -> dict[str, object]:
    form = visit.form
    days = LIVES.get(form.get("life", ""), DAYS_OTHERWISE)
    until = None if days is None else datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=days)
    return {
        "name": form.get("name", ""),
        "scopes": visit.request.form.getlist("scopes"),
        "expires_at": None if until is None else until.isoformat(),
        "current_password": form.get("current_password") or None,
    }


def _shown(key: ApiKey) -> contexts.ApiKey:
    return contexts.ApiKey(
        id=key.id,
        name=key.name,
        prefix=key.prefix,
        scopes=key.scopes,
        created_by=key.created_by,
        created_at=key.created_at,
        expires_at=key.expires_at,
        last_used_at=key.last_used_at,
    )

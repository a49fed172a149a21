"""Operations of API keys, for a person who is logged in: no key makes another."""

from __future__ import annotations

from chassis.rpc import Client
from gateway.api import Call, Created, api
from gateway.auth import SessionCache
from wire.accounts import Accounts
from wire.accounts.api_keys import (
    ApiKey,
    ApiKeyList,
    ApiKeyNotFound,
    CreateApiKey,
    CreatedApiKey,
    ListApiKeys,
    RevokeApiKey,
)
from wire.contract import Nothing
from wire.permissions import Permission


class ApiKeysApi:
    accounts = Client(Accounts)
    sessions = SessionCache()

    @api(
        "GET",
        "/v1/api-keys",
        summary="List the account's API keys, the newest first",
        tag="API keys",
        answer=ApiKeyList,
        needs=Permission.API_KEYS,
    )
    def list_api_keys(self, call: Call[None]) -> ApiKeyList:  # the caller is in the context
        return self.accounts.list_api_keys(ListApiKeys())

    @api(
        "POST",
        "/v1/api-keys",
        summary="Make an API key; this answer is the only one that holds it",
        tag="API keys",
        body=CreateApiKey,
        answer=CreatedApiKey,
        status=201,
        needs=Permission.API_KEYS,
        refuses=Accounts.create_api_key.refuses,
    )
    def create_api_key(self, call: Call[CreateApiKey]) -> Created:
        created = self.accounts.create_api_key(call.body)
        return Created(message=created, location=f"/v1/api-keys/{created.api_key.id}")

    @api(
        "GET",
        "/v1/api-keys/<uuid:api_key_id>",
        summary="Read an API key that can be used: all but the key itself",
        tag="API keys",
        answer=ApiKey,
        needs=Permission.API_KEYS,
        refuses=(ApiKeyNotFound,),
    )
    def get_api_key(self, call: Call[None]) -> ApiKey:
        """An account has few keys: it is found among all of them."""
        for key in self.accounts.list_api_keys(ListApiKeys()).data:
            if key.id == call.parameters["api_key_id"]:
                return key
        raise ApiKeyNotFound

    @api(
        "DELETE",
        "/v1/api-keys/<uuid:api_key_id>",
        summary="Revoke an API key: it is refused from now on",
        tag="API keys",
        status=204,
        needs=Permission.API_KEYS,
        refuses=Accounts.revoke_api_key.refuses,
    )
    def revoke_api_key(self, call: Call[None]) -> Nothing:
        api_key_id = call.parameters["api_key_id"]
        done = self.accounts.revoke_api_key(RevokeApiKey(api_key_id=api_key_id))
        self.sessions.forget(api_key_id)
        return done

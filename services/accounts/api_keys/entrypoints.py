"""API keys of an account: created, listed, identified and revoked."""

from __future__ import annotations

from accounts.api_keys import api_keys
from accounts.passwords.verification import PasswordVerification
from chassis import context
from chassis.rpc import serve
from wire.accounts import Accounts
from wire.accounts.api_keys import (
    ApiKeyCreated,
    ApiKeyList,
    CreateApiKey,
    CreatedApiKey,
    IdentifyApiKey,
    KeyIdentity,
    ListApiKeys,
    RevokeApiKey,
)
from wire.contract import Nothing


class ApiKeyEntrypoints(PasswordVerification):
    @serve(Accounts.list_api_keys)
    def list_api_keys(self, request: ListApiKeys) -> ApiKeyList:  # who asks is in the context
        with self.work() as work:
            found = api_keys.living(work.session, context.current().account_id, now=self.clock.now())
        return ApiKeyList(data=tuple(found))

    @serve(Accounts.create_api_key)
    def create_api_key(self, request: CreateApiKey) -> CreatedApiKey:
        self.require_password(request.current_password)
        now = self.clock.now()
        with self.work() as work:
            row, created = api_keys.create(work.session, request, by=context.current().user_id, now=now)
            key = created.api_key
            work.announce(Accounts.account_api_key_created, ApiKeyCreated(api_key=key), aggregate=key.id)
            facts = {"name": key.name, "prefix": key.prefix, "scopes": [scope.value for scope in key.scopes]}
            self.record(work, "api_key_created", row, facts=facts)
            return work.answer(created)

    @serve(Accounts.revoke_api_key)
    def revoke_api_key(self, request: RevokeApiKey) -> Nothing:
        """One that was revoked before stays revoked."""
        now, account_id = self.clock.now(), context.current().account_id
        with self.work() as work:
            revoked = api_keys.revoke(work.session, request.api_key_id, account_id=account_id, now=now)
            if revoked is not None:
                self.announce_key_revoked(work, revoked)
            return work.answer(Nothing())

    @serve(Accounts.identify_api_key)
    def identify_api_key(self, request: IdentifyApiKey) -> KeyIdentity:
        with self.work.all_tenants() as work:
            return api_keys.identify(work.session, request.token_digest, now=self.clock.now())

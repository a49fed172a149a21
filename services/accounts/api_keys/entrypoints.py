"""How do an account's people give programs a way in, and take it back?"""

from __future__ import annotations

import datetime

from accounts.api_keys import api_keys
from accounts.api_keys.models import ApiKeyRow
from accounts.audit_log import audit
from accounts.audit_log.audit import Actor
from accounts.entrypoints import AccountsEntrypoints
from chassis import context
from chassis.database.work import Work
from chassis.rpc import serve
from wire.accounts import Accounts
from wire.accounts.api_keys import (
    ApiKeyCreated,
    ApiKeyList,
    ApiKeyRevoked,
    CreateApiKey,
    CreatedApiKey,
    IdentifyApiKey,
    KeyIdentity,
    ListApiKeys,
    RevokeApiKey,
)
from wire.contract import Nothing


def tell_revoked(work: Work, key: ApiKeyRow, *, by: Actor, now: datetime.datetime) -> None:
    """Tell every gateway, and write down who did it."""
    event = ApiKeyRevoked(api_key_id=key.id)
    work.announce(Accounts.account_api_key_revoked, event, aggregate=key.id)
    audit.record(
        work.session,
        "api_key_revoked",
        by=by,
        account_id=key.account_id,
        now=now,
        object_kind="api_key",
        object_id=key.id,
        facts={"name": key.name, "prefix": key.prefix},
    )


class ApiKeyEntrypoints(AccountsEntrypoints):
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
            audit.record(
                work.session,
                "api_key_created",
                by=self.actor(),
                account_id=row.account_id,
                now=now,
                object_kind="api_key",
                object_id=key.id,
                facts={
                    "name": key.name,
                    "prefix": key.prefix,
                    "scopes": [scope.value for scope in key.scopes],
                },
            )
            return work.answer(created)

    @serve(Accounts.revoke_api_key)
    def revoke_api_key(self, request: RevokeApiKey) -> Nothing:
        """One that was revoked before stays revoked."""
        now, account_id = self.clock.now(), context.current().account_id
        with self.work() as work:
            revoked = api_keys.revoke(work.session, request.api_key_id, account_id=account_id, now=now)
            if revoked is not None:
                tell_revoked(work, revoked, by=self.actor(), now=now)
            return work.answer(Nothing())

    @serve(Accounts.identify_api_key)
    def identify_api_key(self, request: IdentifyApiKey) -> KeyIdentity:
        with self.work(is_across_accounts=True) as work:
            return api_keys.identify(work.session, request.token_digest, now=self.clock.now())

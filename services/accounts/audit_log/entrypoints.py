"""Reading of an account's audit log."""

from __future__ import annotations

from accounts.audit_log import audit
from accounts.entrypoints import AccountsEntrypoints
from chassis import context
from chassis.rpc import serve
from wire.accounts import Accounts
from wire.accounts.audit_log import AuditPage, ListAuditLog


class AuditLogEntrypoints(AccountsEntrypoints):
    @serve(Accounts.list_audit_log)
    def list_audit_log(self, request: ListAuditLog) -> AuditPage:
        with self.work.read() as connection:
            return audit.page(connection, context.require_account_id(), request)

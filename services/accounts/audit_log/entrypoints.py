"""What was done in an account? Its audit log, to be read."""

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
        account_id = context.current().account_id
        if account_id is None:
            raise LookupError("the call names no account")
        with self.work.read() as connection:
            return audit.page(connection, account_id, request)

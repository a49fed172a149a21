"""The audit log's entrypoints: reading it, and writing down what other services did."""

from __future__ import annotations

from accounts.audit_log import audit
from accounts.audit_log.actors import Actor, ActorKind
from accounts.entrypoints import AccountsEntrypoints
from chassis import context
from chassis.events import Received, listen
from chassis.rpc import serve
from wire.accounts import Accounts
from wire.accounts.audit_log import AuditPage, ListAuditLog
from wire.contacts import Contacts
from wire.contacts.audit import AuditRecorded


class AuditLogEntrypoints(AccountsEntrypoints):
    @serve(Accounts.list_audit_log)
    def list_audit_log(self, request: ListAuditLog) -> AuditPage:
        with self.work.read() as connection:
            return audit.page(connection, context.require_account_id(), request)

    @listen(Contacts.audit_recorded)
    def keep_audit_of_contacts(self, event: Received[AuditRecorded]) -> None:
        told = event.data
        by = Actor(
            kind=ActorKind(told.actor_kind),
            id=told.actor_id,
            name=told.actor_name,
            ip_address=told.ip_address,
            user_agent=told.user_agent,
        )
        subject = audit.Subject(
            kind=told.object_kind, id=told.object_id, account_id=context.require_account_id()
        )
        with self.work() as work:
            audit.record(work.session, told.action, subject, by=by, now=told.happened_at, facts=told.facts)

"""Operations of the audit log: its entries, and their export as a file."""

from __future__ import annotations

from werkzeug.wrappers import Response

from chassis.rpc import Client
from gateway import paging
from gateway.api import Call, api
from gateway.audit_log import export
from gateway.audit_log.bodies import ExportAuditLog
from wire.absent import given
from wire.accounts import Accounts
from wire.accounts.audit_log import AuditPage, ListAuditLog
from wire.permissions import Permission


class AuditLogApi:
    accounts = Client(Accounts)

    @api(
        "GET",
        "/v1/audit-log",
        summary="Who did what, when and from where: newest first, a page at a time",
        tag="Audit log",
        query=ListAuditLog,
        answer=AuditPage,
        needs=Permission.AUDIT_READ,
        refuses=Accounts.list_audit_log.refuses,
    )
    def list_audit_log(self, call: Call[ListAuditLog]) -> Response:
        found = self.accounts.list_audit_log(call.body)
        return paging.answer(call, found, found.next_cursor)

    @api(
        "GET",
        "/v1/audit-log/export",
        summary="The audit log as a CSV file, newest first; `Link` leads to the next file where there are more entries",
        tag="Audit log",
        query=ExportAuditLog,
        media_type="text/csv",
        needs=Permission.AUDIT_READ,
        refuses=Accounts.list_audit_log.refuses,
    )
    def export_audit_log(self, call: Call[ExportAuditLog]) -> Response:
        query = ListAuditLog(**given(call.body))
        entries, after = export.collect(self.accounts, query)
        return paging.with_link(call, export.as_file(export.document(entries)), after)

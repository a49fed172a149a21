"""The audit log as a CSV file, whose cells no spreadsheet takes for formulas."""

from __future__ import annotations

import csv
import dataclasses
import datetime
import io
import json

from werkzeug.wrappers import Response

from wire.accounts import Accounts
from wire.accounts.audit_log import AuditEntry, ListAuditLog
from wire.values import PAGE_SIZE_MAX

# Fifty calls of the service, well within the time of one request.
ENTRIES_MAX = 5000
COLUMNS = (
    "id",
    "happened_at",
    "action",
    "actor_kind",
    "actor_id",
    "actor_name",
    "object_kind",
    "object_id",
    "ip_address",
    "user_agent",
    "facts",
)
# What a cell begins with that a spreadsheet computes: names and user agents are anybody's.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
# By this mark spreadsheets know the encoding.
BYTE_ORDER_MARK = "\ufeff"


def collect(accounts: Accounts, query: ListAuditLog) -> tuple[list[AuditEntry], str | None]:
    """As many entries as one file holds, and the cursor after them where there are more. Raises `CursorInvalid`."""
    entries: list[AuditEntry] = []
    after = query.after
    while len(entries) < ENTRIES_MAX:
        page = accounts.list_audit_log(dataclasses.replace(query, limit=PAGE_SIZE_MAX, after=after))
        entries += page.data
        after = page.next_cursor
        if after is None:
            break
    return entries, after


def document(entries: list[AuditEntry]) -> str:
    """The file's text: RFC 4180, a line for each entry, and one with the columns' names before them."""
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow(COLUMNS)
    writer.writerows([_cell(value) for value in _row(entry)] for entry in entries)
    return lines.getvalue()


def as_file(text: str) -> Response:
    """An answer that browsers store."""
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    response = Response(text, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="audit-log-{today}.csv"'
    return response


def _row(entry: AuditEntry) -> tuple[object, ...]:
    return (
        entry.id,
        entry.happened_at.astimezone(datetime.UTC).isoformat().replace("+00:00", "Z"),
        entry.action,
        entry.actor.kind.value,
        entry.actor.id,
        entry.actor.name,
        entry.object.kind,
        entry.object.id,
        entry.ip_address,
        entry.user_agent,
        json.dumps(entry.facts, ensure_ascii=False, sort_keys=True),
    )


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text

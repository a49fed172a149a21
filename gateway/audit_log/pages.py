"""Pages of the audit log: its entries as sentences, and their export."""

from __future__ import annotations

import datetime
import zoneinfo

from marshmallow import ValidationError
from werkzeug.wrappers import Response

from chassis.rpc import Client
from gateway import paging
from gateway.audit_lines import PATH, AuditLine
from gateway.audit_log import export
from gateway.audit_log.contexts import AuditLog, action_choices
from gateway.problems import HttpProblem
from gateway.web import Visit, web
from wire import schema
from wire.accounts import Accounts
from wire.accounts.audit_log import ListAuditLog
from wire.accounts.profile import GetMe
from wire.cursors import CursorInvalid
from wire.permissions import Permission

EXPORT = f"{PATH}/export"
PARAMETERS = ("action", "actor", "object", "after")
DAYS = ("from", "to")
DAY = datetime.timedelta(days=1)


class AuditLogPages:
    accounts = Client(Accounts)

    @web("GET", PATH, needs=Permission.AUDIT_READ)
    def show_audit_log(self, visit: Visit) -> Response:
        time_zone = self.accounts.get_me(GetMe()).user.time_zone
        try:
            found = self.accounts.list_audit_log(_query(visit, time_zone))
        except CursorInvalid:
            raise HttpProblem(404, "not_found") from None
        filters = _arguments(visit, "action", "actor", "object", *DAYS)
        return visit.draw(
            AuditLog,
            lines=tuple(AuditLine.of(entry, visit.locale) for entry in found.data),
            actions=action_choices(visit.locale),
            values=filters,
            is_of_one_actor="actor" in filters,
            export_path=paging.path(EXPORT, **filters),
            time_zone=time_zone,
            **paging.links(
                PATH, after=visit.request.args.get("after"), next_cursor=found.next_cursor, **filters
            ),
        )

    @web("GET", EXPORT, needs=Permission.AUDIT_READ)
    def show_audit_export(self, visit: Visit) -> Response:
        query = _query(visit, self.accounts.get_me(GetMe()).user.time_zone)
        try:
            entries, _ = export.collect(self.accounts, query)
        except CursorInvalid:
            raise HttpProblem(404, "not_found") from None
        return export.as_file(export.BYTE_ORDER_MARK + export.document(entries))


def _query(visit: Visit, time_zone: str) -> ListAuditLog:
    """The filter that stands in the address; days are the reader's, and the last one is meant with all its hours."""
    fields: dict[str, str] = _arguments(visit, *PARAMETERS)
    days = _arguments(visit, *DAYS)
    zone = zoneinfo.ZoneInfo(time_zone)
    try:
        if "from" in days:
            fields["from_"] = _midnight(days["from"], zone).isoformat()
        if "to" in days:
            fields["to"] = _midnight(days["to"], zone, after=DAY).isoformat()
        return schema.load(ListAuditLog, fields)
    except (ValidationError, ValueError, OverflowError):
        raise HttpProblem(404, "not_found") from None


def _arguments(visit: Visit, *names: str) -> dict[str, str]:
    return {name: visit.request.args[name] for name in names if visit.request.args.get(name)}


def _midnight(
    day: str, zone: datetime.tzinfo, *, after: datetime.timedelta = datetime.timedelta()
) -> datetime.datetime:
    """The beginning of this day, or of the one `after` it. Raises `ValueError` or `OverflowError`."""
    moment = datetime.datetime.combine(datetime.date.fromisoformat(day) + after, datetime.time(), zone)
    return moment.astimezone(datetime.UTC)

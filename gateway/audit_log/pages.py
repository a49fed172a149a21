"""What was done in the account, for people: in sentences, newest first."""

from __future__ import annotations

import datetime
import zoneinfo
from urllib.parse import urlencode

from marshmallow import ValidationError
from werkzeug.wrappers import Response

from chassis.rpc import Client
from gateway.audit_log import export, texts
from gateway.audit_log.contexts import AuditLine, AuditLog
from gateway.problems import HttpProblem
from gateway.web import Visit, web
from wire import schema
from wire.accounts import Accounts
from wire.accounts.audit_log import AuditEntry, ListAuditLog
from wire.accounts.profile import GetMe
from wire.cursors import CursorInvalid
from wire.permissions import Permission

PATH = "/account/audit-log"
EXPORT = f"{PATH}/export"
ASKED = ("action", "actor", "after")
DAYS = ("from", "to")
DAY = datetime.timedelta(days=1)


class AuditLogPages:
    accounts = Client(Accounts)

    @web("GET", PATH, needs=Permission.AUDIT_READ)
    def show_audit_log(self, visit: Visit) -> Response:
        time_zone = self.accounts.get_me(GetMe()).user.time_zone
        try:
            found = self.accounts.list_audit_log(_asked(visit, time_zone))
        except CursorInvalid:
            raise HttpProblem(404, "not_found") from None
        filters = _given(visit, "action", "actor", *DAYS)
        return visit.draw(
            AuditLog,
            lines=tuple(line(entry, visit.locale) for entry in found.data),
            actions=actions(visit.locale),
            values=filters,
            is_of_one_actor="actor" in filters,
            next_path=_path(**filters, after=found.next_cursor) if found.next_cursor else "",
            first_path=_path(**filters) if visit.request.args.get("after") else "",
            export_path=f"{EXPORT}?{urlencode(filters)}" if filters else EXPORT,
            time_zone=time_zone,
        )

    @web("GET", EXPORT, needs=Permission.AUDIT_READ)
    def show_audit_export(self, visit: Visit) -> Response:
        asked = _asked(visit, self.accounts.get_me(GetMe()).user.time_zone)
        try:
            entries, _ = export.collected(self.accounts, asked)
        except CursorInvalid:
            raise HttpProblem(404, "not_found") from None
        return export.as_file(export.BYTE_ORDER_MARK + export.document(entries))


def _asked(visit: Visit, time_zone: str) -> ListAuditLog:
    """The question that stands in the address; days are the reader's, and the last one is meant with all its hours."""
    given: dict[str, str] = _given(visit, *ASKED)
    days = _given(visit, *DAYS)
    zone = zoneinfo.ZoneInfo(time_zone)
    try:
        if "from" in days:
            given["from_"] = _midnight(days["from"], zone).isoformat()
        if "to" in days:
            given["to"] = _midnight(days["to"], zone, after=DAY).isoformat()
        return schema.load(ListAuditLog, given)
    except (ValidationError, ValueError, OverflowError):
        raise HttpProblem(404, "not_found") from None


def _given(visit: Visit, *names: str) -> dict[str, str]:
    return {name: visit.request.args[name] for name in names if visit.request.args.get(name)}


def _midnight(
    day: str, zone: datetime.tzinfo, *, after: datetime.timedelta = datetime.timedelta()
) -> datetime.datetime:
    """The beginning of this day, or of the one `after` it. Raises `ValueError` or `OverflowError`."""
    moment = datetime.datetime.combine(datetime.date.fromisoformat(day) + after, datetime.time(), zone)
    return moment.astimezone(datetime.UTC)


def line(entry: AuditEntry, locale: str) -> AuditLine:
    """An entry as the page shows it."""
    return AuditLine(
        happened_at=entry.happened_at,
        actor=texts.actor(entry.actor, locale),
        actor_path="" if entry.actor.id is None else _path(actor=str(entry.actor.id)),
        sentence=texts.sentence(entry, locale),
        device=", ".join(name for name in (entry.browser, entry.system) if name),
        place=entry.ip_address,
    )


def actions(locale: str) -> tuple[tuple[str, str], ...]:
    """What can be chosen, in the order of its words."""
    titles = ((action, texts.title(action, locale)) for action in texts.ACTIONS)
    return tuple(sorted(titles, key=lambda choice: choice[1].casefold()))


def _path(**asked: str) -> str:
    return f"{PATH}?{urlencode(asked)}" if asked else PATH

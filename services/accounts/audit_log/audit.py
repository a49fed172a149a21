"""The audit log: who did what, when and from where, written in the transaction that does it."""

from __future__ import annotations

import dataclasses
import datetime
import uuid
from collections.abc import Mapping

from sqlalchemy import Connection, ScalarSelect, Select, func, insert, literal, select
from sqlalchemy.orm import Session

from accounts import messages
from accounts.api_keys.models import ApiKeyRow
from accounts.audit_log.actors import Actor
from accounts.audit_log.models import AuditRow
from accounts.models import AccountRow, UserRow
from identity.sessions import Ended
from wire import cursors
from wire.accounts.audit_log import ActorKind, AuditPage, ListAuditLog
from wire.accounts.sessions import OpenedSession, SessionEnd

Facts = Mapping[str, object]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Subject:
    """What something is done to, in which account; its kind is a word of the API (`contact`)."""

    kind: str
    id: uuid.UUID
    account_id: uuid.UUID


# What of our own something is done to.
Row = AccountRow | UserRow | ApiKeyRow | Ended[SessionEnd] | OpenedSession

LOG = AuditRow.__table__
KINDS = {
    AccountRow: "account",
    UserRow: "user",
    ApiKeyRow: "api_key",
    Ended: "session",
    OpenedSession: "session",
}
NAMES = {ActorKind.USER: (UserRow.id, UserRow.name), ActorKind.API_KEY: (ApiKeyRow.id, ApiKeyRow.name)}


def record(
    session: Session,
    action: str,
    subject: Subject | Row,
    *,
    by: Actor,
    now: datetime.datetime,
    facts: Facts | None = None,
) -> None:
    """Write down that `action` (`password_changed`) was done to its subject. `facts` hold no secret, ever."""
    subject = subject if isinstance(subject, Subject) else _subject(subject)
    session.execute(
        insert(AuditRow).values(
            account_id=subject.account_id,
            happened_at=now,
            action=action,
            actor_kind=by.kind.value,
            actor_id=by.id,
            actor_name=by.name or _known_name(by),
            object_kind=subject.kind,
            object_id=subject.id,
            ip_address=by.ip_address,
            user_agent=by.user_agent,
            facts=dict(facts or {}),
        )
    )


def _subject(row: Row) -> Subject:
    if isinstance(row, OpenedSession):
        return Subject(kind=KINDS[OpenedSession], id=row.session.id, account_id=row.account.id)
    account_id = row.id if isinstance(row, AccountRow) else row.account_id
    return Subject(kind=KINDS[type(row)], id=row.id, account_id=account_id)


def _known_name(by: Actor) -> str | ScalarSelect[str]:
    """The name of who acts, looked up where it is not at hand."""
    if by.id is None or by.kind not in NAMES:
        return ""
    own_id, name = NAMES[by.kind]
    found = select(name).where(own_id == by.id).scalar_subquery()
    return select(func.coalesce(found, literal(""))).scalar_subquery()


def page(connection: Connection, account_id: uuid.UUID, request: ListAuditLog) -> AuditPage:
    """What happened in the account, newest first. Raises `CursorInvalid`."""
    rows = connection.execute(entries(account_id, request)).all()
    shown, has_more = rows[: request.limit], len(rows) > request.limit
    return AuditPage(
        data=tuple(messages.as_audit_entry(row) for row in shown),
        has_more=has_more,
        next_cursor=cursors.write(_list(request), shown[-1].id) if has_more else None,
    )


def entries(account_id: uuid.UUID, request: ListAuditLog) -> Select[tuple[object, ...]]:
    """One entry more than asked for: is there another page?"""
    query = select(LOG).where(LOG.c.account_id == account_id)
    if request.action is not None:
        query = query.where(LOG.c.action == request.action)
    if request.actor is not None:
        query = query.where(LOG.c.actor_id == request.actor)
    if request.object is not None:
        query = query.where(LOG.c.object_id == request.object)
    if request.from_ is not None:
        query = query.where(LOG.c.happened_at >= request.from_)
    if request.to is not None:
        query = query.where(LOG.c.happened_at < request.to)
    if request.after is not None:
        (before,) = cursors.read(request.after, _list(request), cursors.number)
        query = query.where(LOG.c.id < before)
    return query.order_by(LOG.c.id.desc()).limit(request.limit + 1)


def _list(request: ListAuditLog) -> str:
    return cursors.name_of(
        "audit-log:newest", request.action, request.actor, request.object, request.from_, request.to
    )

"""Who did what, when and from where? It is written down in the transaction that does it, for good."""

from __future__ import annotations

import dataclasses
import datetime
import uuid

from sqlalchemy import Connection, ScalarSelect, Select, func, insert, literal, select
from sqlalchemy.orm import Session

from accounts.api_keys.models import ApiKeyRow
from accounts.audit_log.models import AuditRow
from accounts.models import UserRow
from accounts.sessions import user_agents
from wire import cursors
from wire.accounts.audit_log import ActorKind, AuditActor, AuditEntry, AuditObject, AuditPage, ListAuditLog

__all__ = ["Actor", "ActorKind", "Facts", "page", "record"]

Facts = dict[str, object]

LOG = AuditRow.__table__
NAMES = {ActorKind.USER: (UserRow.id, UserRow.name), ActorKind.API_KEY: (ApiKeyRow.id, ApiKeyRow.name)}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Actor:
    """Who acts, and from where. `name` is kept as it is now: people are renamed and leave."""

    kind: ActorKind
    id: uuid.UUID | None = None
    name: str = ""
    ip_address: str = ""
    user_agent: str = ""

    def being(self, user: UserRow) -> Actor:
        """The same place, now known to be this user's."""
        return dataclasses.replace(self, kind=ActorKind.USER, id=user.id, name=user.name)


def record(
    session: Session,
    action: str,
    *,
    by: Actor,
    account_id: uuid.UUID,
    now: datetime.datetime,
    object_kind: str,
    object_id: uuid.UUID | None = None,
    facts: Facts | None = None,
) -> None:
    """Write down that `action` (`password_changed`) was done to an object. `facts` hold no secret, ever."""
    session.execute(
        insert(AuditRow).values(
            account_id=account_id,
            happened_at=now,
            action=action,
            actor_kind=by.kind.value,
            actor_id=by.id,
            actor_name=by.name or _known_name(by),
            object_kind=object_kind,
            object_id=object_id,
            ip_address=by.ip_address,
            user_agent=by.user_agent,
            facts=facts or {},
        )
    )


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
        data=tuple(
            AuditEntry(
                id=row.id,
                happened_at=row.happened_at,
                action=row.action,
                actor=AuditActor(kind=ActorKind(row.actor_kind), id=row.actor_id, name=row.actor_name),
                object=AuditObject(kind=row.object_kind, id=row.object_id),
                ip_address=row.ip_address,
                user_agent=row.user_agent,
                facts=row.facts,
                browser=user_agents.browser(row.user_agent),
                system=user_agents.system(row.user_agent),
            )
            for row in shown
        ),
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
    if request.from_ is not None:
        query = query.where(LOG.c.happened_at >= request.from_)
    if request.to is not None:
        query = query.where(LOG.c.happened_at < request.to)
    if request.after is not None:
        (before,) = cursors.read(request.after, _list(request), cursors.number)
        query = query.where(LOG.c.id < before)
    return query.order_by(LOG.c.id.desc()).limit(request.limit + 1)


def _list(request: ListAuditLog) -> str:
    return cursors.name_of("audit-log:newest", request.action, request.actor, request.from_, request.to)

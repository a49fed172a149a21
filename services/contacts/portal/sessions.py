"""Sessions of contacts at their portal: which contact a token speaks for, and why its sessions end.

How a session is opened with a fresh token, lives and ends stands in `identity.sessions`.
"""

from __future__ import annotations

import datetime
import uuid
from enum import StrEnum

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session as Database

from contacts.people.models import ContactRow
from contacts.portal.models import PortalSessionRow
from contacts.tenants.models import TenantRow
from identity import sessions
from wire.contacts.portal import ContactIdentity
from wire.identity import SessionUnknown

SESSIONS, CONTACTS, TENANTS = PortalSessionRow.__table__, ContactRow.__table__, TenantRow.__table__
OF_CONTACTS = sessions.Sessions(PortalSessionRow, holder=PortalSessionRow.contact_id)


class SessionEnd(StrEnum):
    """Why a session ends before its time."""

    LOGGED_OUT = "logged_out"
    TOO_MANY = "too_many"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105  # a reason, no password
    BLOCKED = "blocked"
    DELETED = "deleted"
    UNVERIFIED = "unverified"
    ACCOUNT_CANCELLED = "account_cancelled"


Ended = sessions.Ended[SessionEnd]

# Asked for every session every half minute: prepared once, and read without the ORM.
IDENTITY = (
    select(
        SESSIONS.c.id,
        SESSIONS.c.contact_id,
        SESSIONS.c.account_id,
        SESSIONS.c.expires_at,
        SESSIONS.c.last_used_at,
        CONTACTS.c.name,
        CONTACTS.c.email,
        CONTACTS.c.language,
        CONTACTS.c.time_zone,
        CONTACTS.c.must_change_password,
        TENANTS.c.slug,
        TENANTS.c.locale.label("account_locale"),
        TENANTS.c.time_zone.label("account_time_zone"),
    )
    .join(CONTACTS, CONTACTS.c.id == SESSIONS.c.contact_id)
    .join(TENANTS, TENANTS.c.account_id == SESSIONS.c.account_id)
    .where(
        SESSIONS.c.token_digest == bindparam("token_digest"),
        CONTACTS.c.verified_at.is_not(None),
        CONTACTS.c.blocked_at.is_(None),
        CONTACTS.c.deleted_at.is_(None),
        # A log-in may have been under way when the account was cancelled.
        TENANTS.c.is_cancelled.is_(False),
        OF_CONTACTS.is_living(now=bindparam("now"), idle_since=bindparam("idle_since")),
    )
)


def identify(
    database: Database, token_digest: str, *, now: datetime.datetime, idle: datetime.timedelta
) -> ContactIdentity:
    """Whom the token speaks for, and at which portal. Raises `SessionUnknown` when it ended, expired or idled."""
    values = {"token_digest": token_digest, "now": now, "idle_since": now - idle}
    row = database.connection().execute(IDENTITY, values).one_or_none()
    if row is None:
        raise SessionUnknown
    OF_CONTACTS.note_use(database, row.id, last_used_at=row.last_used_at, now=now)
    return ContactIdentity(
        session_id=row.id,
        contact_id=row.contact_id,
        account_id=row.account_id,
        slug=row.slug,
        name=row.name,
        email=row.email,
        locale=row.language or row.account_locale,
        time_zone=row.time_zone or row.account_time_zone,
        expires_at=row.expires_at,
        must_change_password=row.must_change_password,
    )


def end_of_contact(
    database: Database,
    contact_id: uuid.UUID,
    *,
    now: datetime.datetime,
    reason: SessionEnd,
    but: uuid.UUID | None = None,
) -> list[Ended]:
    """End the contact's sessions, `but` one; returns what it ended, to be announced."""
    which = [SESSIONS.c.contact_id == contact_id]
    if but is not None:
        which.append(SESSIONS.c.id != but)
    return OF_CONTACTS.end(database, *which, now=now, reason=reason)

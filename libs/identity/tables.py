"""Columns of the tables that a service has in which people log in.

Each is half of a table: the service's own class names the table, says with a foreign key who somebody is (`user_id`,
`contact_id`), and adds what only it knows. Constraints and indexes stand there, too.
"""

from __future__ import annotations

import datetime
import uuid

from sqlalchemy import DateTime, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

Moment = DateTime(timezone=True)
USER_AGENT_LENGTH = 300
IP_ADDRESS_LENGTH = 45


class PersonColumns:
    """Who may have a password: a user, a contact. There is no hash before they are activated."""

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    password_hash: Mapped[str | None] = mapped_column(String(300))


class ThrottleColumns:
    """How often something was tried: a counter of one rule for one key, which is a digest and names nobody. The table
    is called `throttles`."""

    rule: Mapped[str] = mapped_column(String(30), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
    window_started_at: Mapped[datetime.datetime] = mapped_column(Moment)
    next_allowed_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    expires_at: Mapped[datetime.datetime] = mapped_column(Moment)


class EmailTokenColumns:
    """A token that was mailed: for one purpose and one subject, bound to a person and to the address it went to.

    Its secret is derived, never stored. Of one purpose and subject one token at most can be used: the table needs a
    unique index on them where the state is `issued`.
    """

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    purpose: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    email_key: Mapped[str] = mapped_column(String(254))
    token_digest: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(12))
    issued_at: Mapped[datetime.datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime.datetime] = mapped_column(Moment)
    consumed_at: Mapped[datetime.datetime | None] = mapped_column(Moment)


class EmailTokenRequestColumns:
    """Somebody asked for a token by email; whether the address is known is looked at once they have their answer."""

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    purpose: Mapped[str] = mapped_column(String(20))
    email_key: Mapped[str] = mapped_column(String(254))
    requested_at: Mapped[datetime.datetime] = mapped_column(Moment)
    correlation_id: Mapped[str] = mapped_column(String(200))
    ip_address: Mapped[str] = mapped_column(String(IP_ADDRESS_LENGTH))
    user_agent: Mapped[str] = mapped_column(String(USER_AGENT_LENGTH))


class SessionColumns:
    """A session: the digest of its token, how long it lives, and where it was opened."""

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    token_digest: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime.datetime] = mapped_column(Moment)
    last_used_at: Mapped[datetime.datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime.datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    user_agent: Mapped[str] = mapped_column(String(USER_AGENT_LENGTH))
    ip_address: Mapped[str] = mapped_column(String(IP_ADDRESS_LENGTH))

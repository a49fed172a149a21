"""How does a notification get to its recipient? A row first, then claimed, sent, and marked.

Between a mail server's "taken" and our commit there is a window that nothing closes: whoever dies in it sends again,
with the same Message-ID. A mail is sent at least once, and twice only then.
"""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import uuid
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from notifications.catalogue import Datum, natural_key
from notifications.models import AttemptRow, NotificationRow

BATCH = 20
# Longer than a mail server may take for one message.
LEASE = datetime.timedelta(seconds=90)
RETRY_DELAYS = tuple(datetime.timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 720))


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """What is to be written to whom, and why."""

    event_id: uuid.UUID
    account_id: uuid.UUID
    mail: str
    recipient: str
    recipient_name: str
    locale: str
    data: dict[str, Datum]
    correlation_id: str
    secret_id: uuid.UUID | None = None


def queue(session: Session, order: Order, *, now: datetime.datetime) -> bool:
    """Write the row; False when this event asked this recipient for this mail before."""
    key = natural_key(order.event_id, order.mail, order.recipient)
    made = session.scalar(
        insert(NotificationRow)
        .values(
            id=uuid.uuid4(),
            account_id=order.account_id,
            natural_key=hashlib.sha256(key.encode()).hexdigest(),
            mail=order.mail,
            recipient=order.recipient,
            recipient_name=order.recipient_name,
            locale=order.locale,
            data=order.data,
            secret_id=order.secret_id,
            correlation_id=order.correlation_id,
            state="queued",
            attempts=0,
            due_at=now,
            created_at=now,
        )
        .on_conflict_do_nothing()
        .returning(NotificationRow.id)
    )
    return made is not None


def claim(session: Session, *, now: datetime.datetime) -> list[NotificationRow]:
    """The rows that are due, for this courier alone until their lease ends; those of a dead courier too."""
    due = (
        select(NotificationRow.id)
        .where(NotificationRow.state.in_(("queued", "sending")), NotificationRow.due_at <= now)
        .order_by(NotificationRow.due_at)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    claimed = session.scalars(
        update(NotificationRow)
        .where(NotificationRow.id.in_(due))
        .values(state="sending", attempts=NotificationRow.attempts + 1, due_at=now + LEASE)
        .returning(NotificationRow)
    )
    return list(claimed)


def settle(
    session: Session,
    row: NotificationRow,
    *,
    state: str,
    now: datetime.datetime,
    reply: str | None = None,
    outcome: str | None = None,
    due_at: datetime.datetime | None = None,
) -> bool:
    """Note what came of an attempt; False when another courier has taken the row over meanwhile."""
    changes: dict[str, Any] = {"state": state, "reason": None if state == "sent" else reply}
    if state == "sent":
        changes["sent_at"] = now
    if due_at is not None:
        changes["due_at"] = due_at
    mine = session.scalar(
        update(NotificationRow)
        .where(
            NotificationRow.id == row.id,
            NotificationRow.attempts == row.attempts,
            NotificationRow.state == "sending",
        )
        .values(**changes)
        .returning(NotificationRow.id)
    )
    if mine is None:
        return False
    session.add(
        AttemptRow(
            notification_id=row.id,
            number=row.attempts,
            account_id=row.account_id,
            outcome=outcome or state,
            reply=reply,
            ended_at=now,
        )
    )
    return True


def next_try(row: NotificationRow, *, now: datetime.datetime) -> datetime.datetime | None:
    """When to try again; None after the last time."""
    if row.attempts > len(RETRY_DELAYS):
        return None
    return now + RETRY_DELAYS[row.attempts - 1]

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

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from notifications.catalogue import Datum, natural_key
from notifications.models import AttemptRow, NotificationRow

# Longer than a mail server may take for one message, and one message is what a courier claims.
LEASE = datetime.timedelta(seconds=90)
# Longer than accounts and our own database may take, where mails are caught.
CAUGHT_LEASE = datetime.timedelta(seconds=15)
# Until accounts can be asked for a link again.
WAIT = datetime.timedelta(seconds=10)
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


def claim(
    session: Session, *, now: datetime.datetime, lease: datetime.timedelta = LEASE
) -> NotificationRow | None:
    """The row that is due longest, for this courier alone until its lease ends; a dead courier's too."""
    due = (
        select(NotificationRow.id)
        .where(NotificationRow.state.in_(("queued", "sending")), NotificationRow.due_at <= now)
        .order_by(NotificationRow.due_at)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()  # not IN: that may be asked once per row, and would claim as many
    )
    return session.scalar(
        update(NotificationRow)
        .where(NotificationRow.id == due)
        .values(state="sending", attempts=NotificationRow.attempts + 1, due_at=now + lease)
        .returning(NotificationRow)
    )


def settle(
    session: Session,
    row: NotificationRow,
    *,
    state: str,
    now: datetime.datetime,
    reply: str | None = None,
) -> bool:
    """Note how it ended; False when another courier has taken the row over meanwhile."""
    changes: dict[str, Any] = {"state": state, "reason": None if state == "sent" else reply}
    if state == "sent":
        changes["sent_at"] = now
    return _change(session, row, changes) and _note(session, row, outcome=state, reply=reply, now=now)


def postpone(session: Session, row: NotificationRow, *, reply: str, now: datetime.datetime) -> bool:
    """Note a try that failed, to be repeated; False when that was the last one, or another courier has the row."""
    delays = RETRY_DELAYS[_failed_tries(session, row) :]
    if not delays or not _change(
        session, row, {"state": "queued", "reason": reply, "due_at": now + delays[0]}
    ):
        return False
    return _note(session, row, outcome="postponed", reply=reply, now=now)


def put_back(session: Session, row: NotificationRow, *, reason: str, now: datetime.datetime) -> bool:
    """Nothing was tried, since something of our own was not there: soon again, and no try is used up."""
    return _change(session, row, {"state": "queued", "reason": reason, "due_at": now + WAIT})


def _change(session: Session, row: NotificationRow, changes: dict[str, Any]) -> bool:
    """Change the row while it is this courier's: nobody claimed it since, and nobody settled it."""
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
    return mine is not None


def _note(
    session: Session, row: NotificationRow, *, outcome: str, reply: str | None, now: datetime.datetime
) -> bool:
    values = {"account_id": row.account_id, "outcome": outcome, "reply": reply, "ended_at": now}
    session.add(AttemptRow(notification_id=row.id, number=row.attempts, **values))
    return True


def _failed_tries(session: Session, row: NotificationRow) -> int:
    query = select(func.count()).where(
        AttemptRow.notification_id == row.id, AttemptRow.outcome == "postponed"
    )
    return session.scalar(query) or 0

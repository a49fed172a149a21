"""The mail queue: rows that are added with their event, claimed by one delivery each, and settled.

Between a mail server's "taken" and our commit there is a window that nothing closes: a process that dies in it sends
again, with the same Message-ID. A mail is sent at least once, and twice only then.
"""

from __future__ import annotations

import datetime
import hashlib
import uuid
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from notifications.mails.outgoing import OutgoingMail
from notifications.models import AttemptRow, NotificationRow

# Longer than a mail server may take for one message, and one message is what a delivery claims.
LEASE = datetime.timedelta(seconds=90)
# Longer than accounts and our own database may take, where mails are caught.
CAUGHT_LEASE = datetime.timedelta(seconds=15)
# Until accounts can be asked for a token again.
WAIT = datetime.timedelta(seconds=10)
RETRY_DELAYS = tuple(datetime.timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 720))


def add(session: Session, mail: OutgoingMail, *, now: datetime.datetime) -> bool:
    """Write the row; False when this event has sent this recipient this mail before."""
    key = natural_key(mail.event_id, mail.mail, mail.recipient)
    added = session.scalar(
        insert(NotificationRow)
        .values(
            id=uuid.uuid4(),
            account_id=mail.account_id,
            natural_key=hashlib.sha256(key.encode()).hexdigest(),
            mail=mail.mail,
            recipient=mail.recipient,
            recipient_name=mail.recipient_name,
            locale=mail.locale,
            data=mail.data,
            secret_id=mail.secret_id,
            correlation_id=mail.correlation_id,
            state="queued",
            attempts=0,
            due_at=now,
            created_at=now,
        )
        .on_conflict_do_nothing()
        .returning(NotificationRow.id)
    )
    return added is not None


def natural_key(event_id: uuid.UUID, mail: str, recipient: str) -> str:
    """The same event sends one recipient one mail once. Holds an address: never log it."""
    return f"{mail}:{event_id}:{recipient.casefold()}"


def claim(
    session: Session, *, now: datetime.datetime, lease: datetime.timedelta = LEASE
) -> NotificationRow | None:
    """The row that is due longest, for one delivery alone until its lease ends; that of a dead process too."""
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
    """Note how it ended; False when another delivery has taken the row over meanwhile."""
    changes: dict[str, Any] = {"state": state, "reason": None if state == "sent" else reply}
    if state == "sent":
        changes["sent_at"] = now
    return _change(session, row, changes) and _note(session, row, outcome=state, reply=reply, now=now)


def postpone(session: Session, row: NotificationRow, *, reply: str, now: datetime.datetime) -> bool:
    """Note a try that failed, to be repeated; False when that was the last one, or another delivery has the row."""
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
    """Change the row while it is this delivery's: nobody claimed it since, and nobody settled it."""
    changed = session.scalar(
        update(NotificationRow)
        .where(
            NotificationRow.id == row.id,
            NotificationRow.attempts == row.attempts,
            NotificationRow.state == "sending",
        )
        .values(**changes)
        .returning(NotificationRow.id)
    )
    return changed is not None


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

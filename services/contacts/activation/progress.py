"""What has become of activation mails: told by notifications, in whatever order, and by who looks at a link."""

from __future__ import annotations

import datetime
import uuid

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from contacts.activation.contact_tokens import Purpose
from contacts.activation.models import EmailTokenRow
from contacts.people import addressbook
from contacts.people.models import ContactRow
from wire import cursors
from wire.contacts.activation import ActivationMail, ActivationMailPage, ListActivations
from wire.contacts.people import ActivationState
from wire.values import TokenState

BY_NEWEST = "activations:newest"


def note_opened(session: Session, token: EmailTokenRow, *, now: datetime.datetime) -> None:
    """Somebody has looked at the link."""
    _note(session, token, opened_at=now)


def note_sent(session: Session, token_id: uuid.UUID, *, at: datetime.datetime) -> None:
    """A mail server has taken the mail. What is no activation mail of ours is passed over, here and below."""
    _note(session, session.get(EmailTokenRow, token_id), sent_at=at)


def note_delivered(session: Session, token_id: uuid.UUID, *, at: datetime.datetime) -> None:
    """The mail is where it was to go."""
    _note(session, session.get(EmailTokenRow, token_id), delivered_at=at)


def note_bounced(session: Session, token_id: uuid.UUID, *, at: datetime.datetime, reason: str) -> None:
    """The mail will not arrive."""
    token = session.get(EmailTokenRow, token_id)
    if token is not None:
        token.reason = token.reason or reason
    _note(session, token, bounced_at=at)


def _note(session: Session, token: EmailTokenRow | None, **moments: datetime.datetime) -> None:
    """Keep the first moment of its kind; the contact shows how far its newest mail has come."""
    if token is None or token.purpose != Purpose.ACTIVATION.value:
        return
    contact = session.scalar(select(ContactRow).where(ContactRow.id == token.contact_id).with_for_update())
    session.refresh(token)
    for name, moment in moments.items():
        setattr(token, name, getattr(token, name) or moment)
    if contact is not None and token.id == _newest(session, contact.id):
        contact.activation_state = state_of(token).value


def _newest(session: Session, contact_id: uuid.UUID) -> uuid.UUID | None:
    """The contact's newest activation mail."""
    return session.scalar(
        select(EmailTokenRow.id)
        .where(EmailTokenRow.contact_id == contact_id, EmailTokenRow.purpose == Purpose.ACTIVATION.value)
        .order_by(EmailTokenRow.issued_at.desc(), EmailTokenRow.id.desc())
        .limit(1)
    )


def state_of(token: EmailTokenRow) -> ActivationState:
    """How far a mail has come: the furthest of what was told of it."""
    told = (
        (token.consumed_at, ActivationState.VERIFIED),
        (token.opened_at, ActivationState.LINK_OPENED),
        (token.bounced_at, ActivationState.BOUNCED),
        (token.delivered_at, ActivationState.DELIVERED),
        (token.sent_at, ActivationState.SENT),
    )
    is_recalled = (token.is_automatic or token.job_id) and token.state == TokenState.REVOKED.value
    nothing_told = ActivationState.NEVER_SENT if is_recalled else ActivationState.QUEUED
    return next((state for moment, state in told if moment is not None), nothing_told)


def page(session: Session, account_id: uuid.UUID, request: ListActivations) -> ActivationMailPage:
    """The contact's activation mails, the newest first. Raises `ContactNotFound` or `CursorInvalid`."""
    addressbook.find(session, account_id, request.contact_id)
    key = tuple_(EmailTokenRow.issued_at, EmailTokenRow.id)
    query = (
        select(EmailTokenRow)
        .where(
            EmailTokenRow.contact_id == request.contact_id,
            EmailTokenRow.purpose == Purpose.ACTIVATION.value,
        )
        .order_by(EmailTokenRow.issued_at.desc(), EmailTokenRow.id.desc())
        .limit(request.limit + 1)
    )
    if request.after is not None:
        issued_at, token_id = cursors.read(
            request.after, BY_NEWEST, datetime.datetime.fromisoformat, uuid.UUID
        )
        query = query.where(key < tuple_(issued_at, token_id))
    rows = session.scalars(query).all()
    shown, has_more = rows[: request.limit], len(rows) > request.limit
    return ActivationMailPage(
        data=tuple(as_mail(row) for row in shown),
        has_more=has_more,
        next_cursor=cursors.write(BY_NEWEST, shown[-1].issued_at.isoformat(), shown[-1].id)
        if has_more
        else None,
    )


def as_mail(row: EmailTokenRow) -> ActivationMail:
    return ActivationMail(
        id=row.id,
        email=row.email,
        state=state_of(row),
        is_current=row.state == TokenState.ISSUED.value,
        requested_at=row.issued_at,
        sent_by=row.sent_by,
        sent_at=row.sent_at,
        delivered_at=row.delivered_at,
        bounced_at=row.bounced_at,
        opened_at=row.opened_at,
        used_at=row.consumed_at,
        expires_at=row.expires_at,
        reason=row.reason or "",
    )

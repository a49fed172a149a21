"""Recalls: activation mails that still wait are not sent any more, and their contacts are as before."""

from __future__ import annotations

import uuid

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from contacts.activation import progress
from contacts.activation.contact_tokens import Purpose
from contacts.activation.models import EmailTokenRow
from contacts.people.models import ContactRow
from wire.contacts.people import ActivationState
from wire.values import TokenState


def recall_automatic(session: Session, account_id: uuid.UUID) -> None:
    """Those that were to go out by themselves."""
    _recall(session, account_id, EmailTokenRow.is_automatic.is_(True))


def recall_of_job(session: Session, account_id: uuid.UUID, job_id: uuid.UUID) -> None:
    """Those that the job has asked for."""
    _recall(session, account_id, EmailTokenRow.job_id == job_id)


def _recall(session: Session, account_id: uuid.UUID, which: ColumnElement[bool]) -> None:
    waiting = (
        EmailTokenRow.account_id == account_id,
        EmailTokenRow.purpose == Purpose.ACTIVATION.value,
        EmailTokenRow.state == TokenState.ISSUED.value,
        EmailTokenRow.sent_at.is_(None),
        which,
    )
    whose = select(EmailTokenRow.contact_id).where(*waiting)
    # Whoever changes how a contact gets in locks the contact first.
    held = select(ContactRow.id).where(ContactRow.id.in_(whose)).order_by(ContactRow.id).with_for_update()
    session.execute(held).all()
    recalled = session.execute(
        update(EmailTokenRow)
        .where(*waiting)
        .values(state=TokenState.REVOKED.value)
        .returning(EmailTokenRow.id, EmailTokenRow.contact_id)
        .execution_options(synchronize_session=False)
    ).all()
    _put_back(session, [token for token, _ in recalled], [contact for _, contact in recalled])


def _put_back(session: Session, token_ids: list[uuid.UUID], contact_ids: list[uuid.UUID]) -> None:
    """The contacts show their mails before these again."""
    session.execute(
        update(ContactRow)
        .where(ContactRow.id.in_(contact_ids))
        .values(activation_state=ActivationState.NEVER_SENT.value, activation_sent_at=None)
        .execution_options(synchronize_session=False)
    )
    earlier = session.scalars(
        select(EmailTokenRow)
        .where(
            EmailTokenRow.contact_id.in_(contact_ids),
            EmailTokenRow.purpose == Purpose.ACTIVATION.value,
            EmailTokenRow.id.not_in(token_ids),
        )
        .distinct(EmailTokenRow.contact_id)
        .order_by(EmailTokenRow.contact_id, EmailTokenRow.issued_at.desc(), EmailTokenRow.id.desc())
    )
    shown = [
        {
            "id": mail.contact_id,
            "activation_state": progress.state_of(mail).value,
            "activation_sent_at": mail.issued_at,
        }
        for mail in earlier
    ]
    if shown:
        session.execute(update(ContactRow), shown)

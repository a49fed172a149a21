"""Whom a job is for: the contacts of a filtered list, and how many of them get an activation mail."""

from __future__ import annotations

import uuid

from sqlalchemy import case, func, literal, select
from sqlalchemy.orm import Session

from contacts.activation.sending import Sending
from contacts.people import listing
from contacts.people.models import ContactRow
from wire.contacts.activation import ActivationCoolingDown, ContactAlreadyVerified, ContactHasNoEmail
from wire.contacts.jobs import ActivationJobPreview
from wire.contacts.people import ContactIsBlocked, ContactIsDeleted, CountContacts

SENT = "sent"


def survey(
    session: Session, account_id: uuid.UUID, *, written: str | None, q: str | None, sending: Sending
) -> ActivationJobPreview:
    """How many would get the mail now, and why the others would not. Raises `FilterInvalid`."""
    wanted = listing.asked_for(session, account_id, CountContacts(filter=written, q=q))
    if wanted is None:
        return ActivationJobPreview(total=0, will_be_sent=0, refused={})
    # As `sending.refusal` says it of one.
    outcome = case(
        (ContactRow.deleted_at.is_not(None), literal(ContactIsDeleted.code)),
        (ContactRow.blocked_at.is_not(None), literal(ContactIsBlocked.code)),
        (ContactRow.verified_at.is_not(None), literal(ContactAlreadyVerified.code)),
        (ContactRow.email.is_(None), literal(ContactHasNoEmail.code)),
        (
            ContactRow.activation_sent_at > sending.now - sending.cool_down,
            literal(ActivationCoolingDown.code),
        ),
        else_=literal(SENT),
    ).label("outcome")
    found = (
        select(outcome)
        .where(
            ContactRow.account_id == account_id,
            ContactRow.state.in_(wanted.states),
            *wanted.tests(ContactRow),
        )
        .subquery()
    )
    rows = session.execute(select(found.c.outcome, func.count()).group_by(found.c.outcome))
    counts = {str(code): int(number) for code, number in rows}
    return ActivationJobPreview(
        total=sum(counts.values()),
        will_be_sent=counts.pop(SENT, 0),
        refused=counts,
    )


def older(session: Session, ids: tuple[uuid.UUID, ...], job_created_at: object) -> list[uuid.UUID]:
    """Those of these contacts that were there when the job was asked for, in the same order."""
    there = set(
        session.scalars(
            select(ContactRow.id).where(ContactRow.id.in_(ids), ContactRow.created_at <= job_created_at)
        )
    )
    return [contact_id for contact_id in ids if contact_id in there]

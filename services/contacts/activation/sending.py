"""Sending of activation mails: who gets one, and why the others do not."""

from __future__ import annotations

import dataclasses
import datetime
import math
import uuid
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from contacts.activation.contact_tokens import TOKENS, Purpose
from contacts.activation.models import EmailTokenRow
from contacts.people.models import ContactEmailRow, ContactRow
from identity.email_tokens import Recipient
from wire.contacts.activation import ActivationCoolingDown, ContactAlreadyVerified, ContactHasNoEmail
from wire.contacts.people import ActivationState, ContactIsBlocked, ContactIsDeleted, ContactNotFound
from wire.contract import Refusal


@dataclasses.dataclass(frozen=True, kw_only=True)
class Sending:
    """How activation mails are sent now, to contacts of which portal, by whom, and whether by themselves."""

    key: str
    now: datetime.datetime
    life: datetime.timedelta
    cool_down: datetime.timedelta
    portal_slug: str
    sent_by: uuid.UUID | None = None
    is_automatic: bool = False
    job_id: uuid.UUID | None = None


@dataclasses.dataclass(frozen=True, kw_only=True)
class Sent:
    """A mail that is to go out: whose, with which token, and whether it replaces an earlier one."""

    contact: ContactRow
    token: EmailTokenRow
    is_resent: bool


def send(
    session: Session, account_id: uuid.UUID, contact_ids: Iterable[uuid.UUID], sending: Sending
) -> dict[uuid.UUID, Sent | Refusal]:
    """What becomes of each contact, in the order in which they are named, with as many queries for many as for one."""
    ids = list(dict.fromkeys(contact_ids))
    rows = {row.id: row for row in _locked(session, account_id, ids)}
    refused = {contact_id: refusal(rows.get(contact_id), sending) for contact_id in ids}
    sent = {one.contact.id: one for one in _issue(session, [rows[i] for i in ids if not refused[i]], sending)}
    return {contact_id: refused[contact_id] or sent[contact_id] for contact_id in ids}


def refusal(row: ContactRow | None, sending: Sending) -> Refusal | None:
    """Why this contact gets no activation mail now; None when it does."""
    if row is None:
        return ContactNotFound()
    if row.deleted_at is not None:
        return ContactIsDeleted(contact_id=str(row.id))
    if row.blocked_at is not None:
        return ContactIsBlocked(contact_id=str(row.id))
    if row.verified_at is not None:
        return ContactAlreadyVerified(contact_id=str(row.id), slug=sending.portal_slug)
    if row.email is None:
        return ContactHasNoEmail(contact_id=str(row.id))
    seconds = seconds_left(row, sending)
    return ActivationCoolingDown(contact_id=str(row.id), seconds_left=seconds) if seconds > 0 else None


def seconds_left(row: ContactRow, sending: Sending) -> int:
    """Until the contact may get another mail."""
    if row.activation_sent_at is None:
        return 0
    left = row.activation_sent_at + sending.cool_down - sending.now
    return max(0, math.ceil(left.total_seconds()))


def primary(row: ContactRow) -> ContactEmailRow:
    """The address that mails go to, of a contact that has one."""
    return next(email for email in row.emails if email.is_primary)


def _locked(session: Session, account_id: uuid.UUID, ids: list[uuid.UUID]) -> Iterable[ContactRow]:
    """The account's contacts of these, for one transaction alone; all lock them in the same order."""
    return session.scalars(
        select(ContactRow)
        .where(ContactRow.account_id == account_id, ContactRow.id.in_(ids))
        .order_by(ContactRow.id)
        .options(selectinload(ContactRow.emails))
        .with_for_update(of=ContactRow)
        .execution_options(populate_existing=True)
    )


def _issue(session: Session, rows: list[ContactRow], sending: Sending) -> list[Sent]:
    recipients = [
        Recipient(holder_id=row.id, account_id=row.account_id, email_key=primary(row).email_key)
        for row in rows
    ]
    if not recipients:
        return []
    issued = TOKENS.issue_all(
        session, recipients, Purpose.ACTIVATION, key=sending.key, now=sending.now, life=sending.life
    )
    return [_note(row, token, sending) for row, token in zip(rows, issued, strict=True)]


def _note(row: ContactRow, token: EmailTokenRow, sending: Sending) -> Sent:
    """Write down with the contact and the token that the mail is on its way."""
    token.email = primary(row).email
    token.is_automatic, token.sent_by = sending.is_automatic, sending.sent_by
    token.job_id = sending.job_id
    is_resent = row.activation_sent_at is not None
    row.activation_state, row.activation_sent_at = ActivationState.QUEUED.value, sending.now
    return Sent(contact=row, token=token, is_resent=is_resent)

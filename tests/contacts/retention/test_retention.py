"""Retention of contacts' tokens, portal sessions and jobs: what is deleted, and what stays."""

from __future__ import annotations

import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contacts.activation import contact_tokens
from contacts.activation.models import EmailTokenRow
from contacts.jobs import jobs
from contacts.jobs.models import JobRow
from contacts.people.models import ContactRow
from contacts.portal.models import PortalSessionRow
from contacts.portal.sessions import OF_CONTACTS
from contacts.retention import retention
from identity.email_tokens import Recipient
from tests.contacts.conftest import ACCOUNT, NOW, add
from wire.contacts.jobs import JobKind, JobState

DAY = datetime.timedelta(days=1)


def left(session: Session, row: type[EmailTokenRow | PortalSessionRow | JobRow | ContactRow]) -> int:
    return session.scalar(select(func.count()).select_from(row)) or 0


def test_a_portal_session_is_forgotten_ninety_days_after_its_end(session: Session) -> None:
    contact = add(session)
    OF_CONTACTS.open(
        session,
        holder_id=contact.id,
        account_id=ACCOUNT,
        user_agent="",
        ip_address="",
        now=NOW,
        life=DAY,
    )
    assert retention.clean(session, now=NOW + 90 * DAY)["portal_sessions"] == 0
    assert retention.clean(session, now=NOW + 91 * DAY)["portal_sessions"] == 1
    assert (left(session, PortalSessionRow), left(session, ContactRow)) == (0, 1)


def test_a_link_is_forgotten_ninety_days_after_it_ran_out(session: Session) -> None:
    contact = add(session, email="bob@example.org")
    recipient = Recipient(holder_id=contact.id, account_id=ACCOUNT, email_key="bob@example.org")
    token = contact_tokens.TOKENS.issue(
        session, recipient, contact_tokens.Purpose.ACTIVATION, key="k" * 48, now=NOW, life=DAY
    )
    token.email = "bob@example.org"
    session.flush()
    assert retention.clean(session, now=NOW + 90 * DAY)["email_tokens"] == 0
    assert retention.clean(session, now=NOW + 91 * DAY)["email_tokens"] == 1
    assert left(session, EmailTokenRow) == 0


def test_a_job_is_kept_for_ninety_days_after_its_end_and_one_that_goes_on_for_ever(session: Session) -> None:
    row = jobs.start(
        session, ACCOUNT, JobKind.CONTACT_ACTIVATION, subject={}, total=1, created_by=None, now=NOW
    )
    session.flush()
    assert retention.clean(session, now=NOW + 900 * DAY)["jobs"] == 0
    jobs.end(row, JobState.COMPLETED, now=NOW)
    session.flush()
    assert retention.clean(session, now=NOW + 89 * DAY)["jobs"] == 0
    assert retention.clean(session, now=NOW + 90 * DAY)["jobs"] == 1

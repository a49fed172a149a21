"""Jobs: asked for, one living one of a kind in an account, done page by page, cancelled, and looked at."""

from __future__ import annotations

import datetime
import uuid
from collections import Counter
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from contacts.jobs.models import JobRow
from wire.contacts.jobs import Job, JobAlreadyRunning, JobKind, JobNotFound, JobState
from wire.contract import JsonValue

LIVING = (JobState.QUEUED.value, JobState.RUNNING.value)
# After a page that failed for no reason that we know of.
AGAIN_AFTER = datetime.timedelta(minutes=1)


def start(
    session: Session,
    account_id: uuid.UUID,
    kind: JobKind,
    *,
    subject: dict[str, JsonValue],
    total: int,
    created_by: uuid.UUID | None,
    now: datetime.datetime,
) -> JobRow:
    """A new job. Raises `JobAlreadyRunning` while the account has a living one of the kind."""
    row: JobRow | None = session.scalar(
        insert(JobRow)
        .values(
            id=uuid.uuid4(),
            account_id=account_id,
            kind=kind.value,
            state=JobState.QUEUED.value,
            subject=subject,
            total=total,
            done=0,
            counts={},
            created_at=now,
            created_by=created_by,
            due_at=now,
        )
        .on_conflict_do_nothing()
        .returning(JobRow)
    )
    if row is None:
        raise JobAlreadyRunning(job_id=str(_living(session, account_id, kind)))
    return row


def _living(session: Session, account_id: uuid.UUID, kind: JobKind) -> uuid.UUID | None:
    return session.scalar(
        select(JobRow.id).where(
            JobRow.account_id == account_id, JobRow.kind == kind.value, JobRow.state.in_(LIVING)
        )
    )


def due(session: Session, *, now: datetime.datetime) -> tuple[uuid.UUID, uuid.UUID] | None:
    """Account and id of the job that waits longest for its next page, and that nobody works on."""
    found = session.execute(
        select(JobRow.account_id, JobRow.id)
        .where(JobRow.state.in_(LIVING), JobRow.due_at <= now)
        .order_by(JobRow.due_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()
    return None if found is None else (found[0], found[1])


def take(
    session: Session, account_id: uuid.UUID, job_id: uuid.UUID, *, now: datetime.datetime
) -> JobRow | None:
    """The job, for the transaction in which its next page is done; None when somebody else has it, or it is over."""
    return session.scalar(
        select(JobRow)
        .where(
            JobRow.account_id == account_id,
            JobRow.id == job_id,
            JobRow.state.in_(LIVING),
            JobRow.due_at <= now,
        )
        .with_for_update(skip_locked=True)
    )


def note_page(
    row: JobRow, outcomes: Iterable[str], *, looked_at: int, cursor: str | None, now: datetime.datetime
) -> None:
    """A page is done; without a cursor it was the last one."""
    counts = Counter(row.counts)
    counts.update(outcomes)
    row.counts, row.done, row.cursor = dict(counts), row.done + looked_at, cursor
    row.state, row.started_at = JobState.RUNNING.value, row.started_at or now
    row.heartbeat_at = row.due_at = now
    row.total = max(row.total, row.done)
    if cursor is None:
        end(row, JobState.COMPLETED, now=now)


def wait(row: JobRow, *, until: datetime.datetime, now: datetime.datetime) -> None:
    """The next page is not due before then."""
    row.state, row.started_at = JobState.RUNNING.value, row.started_at or now
    row.heartbeat_at, row.due_at = now, until


def end(row: JobRow, state: JobState, *, now: datetime.datetime, error: str | None = None) -> None:
    row.state, row.ended_at, row.error = state.value, now, error


def find(session: Session, account_id: uuid.UUID, job_id: uuid.UUID, *, for_change: bool = False) -> JobRow:
    """The account's job. Raises `JobNotFound`."""
    query = select(JobRow).where(JobRow.account_id == account_id, JobRow.id == job_id)
    row = session.scalar(query.with_for_update() if for_change else query)
    if row is None:
        raise JobNotFound
    return row


def cancel(row: JobRow, *, now: datetime.datetime) -> bool:
    """End the job; False when it was over already."""
    if row.state not in LIVING:
        return False
    end(row, JobState.CANCELLED, now=now)
    return True


def as_job(row: JobRow, *, now: datetime.datetime) -> Job:
    return Job(
        id=row.id,
        kind=JobKind(row.kind),
        state=JobState(row.state),
        total=row.total,
        done=row.done,
        counts=row.counts,
        created_at=row.created_at,
        created_by=row.created_by,
        started_at=row.started_at,
        heartbeat_at=row.heartbeat_at,
        ended_at=row.ended_at,
        estimated_seconds_left=_seconds_left(row, now=now),
        result_links={},
        error=row.error,
    )


def _seconds_left(row: JobRow, *, now: datetime.datetime) -> int | None:
    """As fast as until now, where that can be told."""
    if row.state not in LIVING:
        return 0
    if row.started_at is None or not row.done:
        return None
    each = (max(now, row.due_at) - row.started_at).total_seconds() / row.done
    return round(each * max(0, row.total - row.done))

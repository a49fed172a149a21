"""Jobs: work over many contacts that goes on in the background, with its progress."""

from __future__ import annotations

import datetime
import uuid
from enum import StrEnum

from wire.contacts.people import Filter, Search
from wire.contract import Refusal, message


class JobKind(StrEnum):
    CONTACT_ACTIVATION = "contact_activation"


class JobState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


@message
class Job:
    """`done` of `total` contacts have been looked at; `counts` says how many of them with which outcome: `sent`, or the
    code of why not. Kept for 90 days."""

    id: uuid.UUID
    kind: JobKind
    state: JobState
    total: int
    done: int
    counts: dict[str, int]
    created_at: datetime.datetime
    created_by: uuid.UUID | None
    started_at: datetime.datetime | None
    heartbeat_at: datetime.datetime | None
    ended_at: datetime.datetime | None
    estimated_seconds_left: int | None
    result_links: dict[str, str]
    error: str | None


@message
class StartActivationJob:
    """Send the activation mail to everybody of a filtered list."""

    filter: Filter | None = None
    q: Search | None = None


@message
class PreviewActivationJob:
    filter: Filter | None = None
    q: Search | None = None


@message
class ActivationJobPreview:
    """Of `total` contacts, `will_be_sent` get the mail; `refused` says how many do not, by the code of why."""

    total: int
    will_be_sent: int
    refused: dict[str, int]


@message
class GetJob:
    job_id: uuid.UUID


@message
class CancelJob:
    """Nobody gets anything from it any more; what went out stays."""

    job_id: uuid.UUID


class JobNotFound(Refusal):
    code = "job_not_found"


class JobAlreadyRunning(Refusal):
    """One job of a kind at a time; `job_id` says which."""

    code = "job_already_running"

"""Reactivation of a cancelled account: a trial by its owner alone, a plan by a request that support decides."""

from __future__ import annotations

import datetime
import uuid
from enum import StrEnum
from typing import Annotated

from marshmallow.validate import Length, Range

from wire.accounts.sessions import OpenedSession
from wire.accounts.tenancy import Account, User
from wire.contract import Refusal, message
from wire.values import (
    PAGE_SIZE,
    Cursor,
    DeviceToken,
    Digest,
    EmailAddress,
    PageLimit,
    Secret,
    TotpCode,
    not_blank,
)

NOTE_LENGTH_MAX = 2000
NUMBER_MAX = 2**62

RequestNumber = Annotated[int, Range(min=1, max=NUMBER_MAX)]
Note = Annotated[str, Length(max=NOTE_LENGTH_MAX)]


class RequestState(StrEnum):
    """`approved`: support has said yes, and the plan is being started; `done`: the account is back."""

    OPEN = "open"
    APPROVED = "approved"
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class RequestActor(StrEnum):
    """Who took a step: the owner, a person at support, the policy for returning customers, or the suite itself."""

    OWNER = "owner"
    SUPPORT = "support"
    POLICY = "policy"
    SYSTEM = "system"


@message
class Reactivate:
    """The owner wants back in. `totp` is asked for where the second factor is on; `device_token` is what an earlier
    log-in gave this device."""

    email: EmailAddress
    password: Secret
    totp: TotpCode | None = None
    device_token: DeviceToken | None = None


@message
class RequestStep:
    """One step that a request took."""

    state: RequestState
    at: datetime.datetime
    by: RequestActor
    note: str = ""


@message
class ReactivationRequest:
    """A request as its owner sees it. `note` is what support wrote when it decided."""

    number: int
    state: RequestState
    requested_at: datetime.datetime
    decided_at: datetime.datetime | None
    note: str
    history: tuple[RequestStep, ...]


@message
class Reactivation:
    """Either the account is back and `opened` is a session; or there is a request, and `status_token` shows it."""

    opened: OpenedSession | None = None
    request: ReactivationRequest | None = None
    status_token: str | None = None


@message
class GetReactivationRequest:
    """By the token that its owner was given; a number that is given has to fit."""

    token_digest: Digest
    number: RequestNumber | None = None


@message
class WithdrawReactivationRequest:
    number: RequestNumber
    token_digest: Digest


@message
class ListReactivationRequests:
    """The oldest first; the one with this number, where one is given."""

    number: RequestNumber | None = None
    state: RequestState | None = None
    limit: PageLimit = PAGE_SIZE
    after: Cursor | None = None


@message
class RequestForSupport:
    """A request with whom it is about."""

    number: int
    state: RequestState
    requested_at: datetime.datetime
    decided_at: datetime.datetime | None
    note: str
    history: tuple[RequestStep, ...]
    account: Account
    owner: User


@message
class ReactivationRequestPage:
    data: tuple[RequestForSupport, ...]
    has_more: bool
    next_cursor: str | None


@message
class ApproveReactivationRequest:
    number: RequestNumber
    note: Note = ""


@message
class RefuseReactivationRequest:
    """The owner is told the note: why, and what would help."""

    number: RequestNumber
    note: Annotated[str, Length(max=NOTE_LENGTH_MAX), not_blank]


@message
class ReactivationRequested:
    """`link_id` is the id of the token by which the mail shows the request's state."""

    account: Account
    owner: User
    request_id: uuid.UUID
    number: int
    link_id: uuid.UUID


@message
class ReactivationDecided:
    """Support, or the policy for returning customers, has approved or refused a request."""

    account: Account
    owner: User
    request_id: uuid.UUID
    number: int
    is_approved: bool
    is_by_policy: bool
    note: str
    decided_at: datetime.datetime


@message
class ReactivationWithdrawn:
    account: Account
    owner: User
    request_id: uuid.UUID
    number: int


@message
class AccountReactivated:
    """The account is back. A trial has the days that were left, and ends at the account's `trial_ends_at`."""

    account: Account
    owner: User
    is_paid: bool
    reactivated_at: datetime.datetime


class AccountNotCancelled(Refusal):
    code = "account_not_cancelled"


class ReactivationOwnerOnly(Refusal):
    """Only an owner brings an account back."""

    code = "reactivation_owner_only"


class ReactivationRequestUnknown(Refusal):
    code = "reactivation_request_unknown"


class ReactivationRequestDecided(Refusal):
    """Somebody was faster; `state` is where the request is now."""

    code = "reactivation_request_decided"

"""Which bodies have the operations that bring an account back, and those of support?"""

from __future__ import annotations

import datetime
from typing import Annotated

from marshmallow.validate import Length

from wire.accounts.reactivations import (
    NOTE_LENGTH_MAX,
    Note,
    ReactivationRequest,
    RequestForSupport,
    RequestState,
)
from wire.billing import AccountStanding, Months, PlanName
from wire.contract import message
from wire.values import PAGE_SIZE, Cursor, DeviceToken, EmailAddress, PageLimit, Secret, TotpCode, not_blank


@message
class ReturningOwner:
    """The owner of a cancelled account; `totp` where the second factor is on; `device_token` is what an earlier log-in
    on this device gave."""

    email: EmailAddress
    password: Secret
    totp: TotpCode | None = None
    device_token: DeviceToken | None = None


@message
class StatusToken:
    """What shows a reactivation request without a log-in."""

    token: Annotated[str, Length(min=1), Length(max=200)]


@message
class RequestedReactivation:
    """The request, and where its state can be read with the token."""

    request: ReactivationRequest
    status_token: str
    status_url: str


@message
class WhichRequests:
    state: RequestState | None = None
    limit: PageLimit = PAGE_SIZE
    after: Cursor | None = None


@message
class RequestWithStanding(RequestForSupport):
    """A request, and what its account owes; `standing` is null where billing cannot say just now."""

    standing: AccountStanding | None = None


@message
class RequestWithStandingPage:
    data: tuple[RequestWithStanding, ...]
    has_more: bool
    next_cursor: str | None


@message
class Approval:
    note: Note = ""


@message
class Refused:
    note: Annotated[str, Length(max=NOTE_LENGTH_MAX), not_blank]


@message
class NewPlan:
    """A plan until `period_ends_at`, or for so many months from now."""

    plan: PlanName
    period_ends_at: datetime.datetime | None = None
    months: Months | None = None

"""Request and answer bodies of support that are the API's own."""

from __future__ import annotations

import datetime
from typing import Annotated

from marshmallow.validate import Length

from wire.accounts.reactivation import NOTE_LENGTH_MAX, Note, RequestForSupport, RequestState
from wire.billing import AccountPaymentStatus, Months, PlanName
from wire.contract import message
from wire.values import PAGE_SIZE, Cursor, PageLimit, not_blank


@message
class WhichRequests:
    state: RequestState | None = None
    limit: PageLimit = PAGE_SIZE
    after: Cursor | None = None


@message
class RequestWithPaymentStatus(RequestForSupport):
    """A request, and what its account owes; `standing` is null where billing cannot say just now."""

    standing: AccountPaymentStatus | None = None


@message
class RequestWithPaymentStatusPage:
    data: tuple[RequestWithPaymentStatus, ...]
    has_more: bool
    next_cursor: str | None


# Names in the OpenAPI document from before these were renamed.
PUBLISHED_NAMES: dict[type, str] = {
    RequestWithPaymentStatus: "RequestWithStanding",
    RequestWithPaymentStatusPage: "RequestWithStandingPage",
}


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

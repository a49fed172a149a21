"""What the pages of support are drawn from."""

from __future__ import annotations

import dataclasses
import datetime

from gateway.layout.contexts import Form, Page, Step
from wire.accounts.reactivation import RequestForSupport


@dataclasses.dataclass(frozen=True, kw_only=True)
class SupportLogIn(Form):
    """Fields: token."""

    template = "support/support_log_in"


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class SupportRow:
    number: int
    state: str
    company_name: str
    owner_name: str
    owner_email: str
    plan: str
    requested_at: datetime.datetime

    @classmethod
    def of(cls, request: RequestForSupport) -> SupportRow:
        return cls(
            number=request.number,
            state=request.state.value,
            company_name=request.account.company_name,
            owner_name=request.owner.name,
            owner_email=request.owner.email,
            plan=request.account.plan,
            requested_at=request.requested_at,
        )


@dataclasses.dataclass(frozen=True, kw_only=True)
class SupportRequests(Page):
    """Reactivation requests, the oldest first; of one `state`, or all."""

    template = "support/support_requests"

    state: str
    rows: tuple[SupportRow, ...]
    next_path: str = ""
    first_path: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class SupportRequest(Form):
    """Fields: note. `owes` says whether the account's last period ended unpaid; None where billing cannot say."""

    template = "support/support_request"

    row: SupportRow
    owes: bool | None = None
    cancelled_at: datetime.datetime | None
    steps: tuple[Step, ...]

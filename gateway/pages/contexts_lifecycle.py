"""What do the pages show on which an account ends and comes back, and those of support?"""

from __future__ import annotations

import dataclasses
import datetime

from gateway.pages.contexts import Form, Page


@dataclasses.dataclass(frozen=True, kw_only=True)
class Cancellation(Form):
    """Fields: reason, details, effective. `cancels_at` is set where a cancellation waits; `period_ends_at` where the
    account could be cancelled then."""

    template = "cancellation"

    company_name: str
    is_paid: bool
    period_ends_at: datetime.datetime | None
    cancels_at: datetime.datetime | None


@dataclasses.dataclass(frozen=True, kw_only=True)
class CancellationConfirm(Form):
    """The second step: what was entered is kept in `values`, and `confirmation` proves that this page was seen."""

    template = "cancellation_confirm"

    company_name: str
    confirmation: str
    takes_effect_at: datetime.datetime | None  # None: at once


@dataclasses.dataclass(frozen=True, kw_only=True)
class AccountCancelled(Page):
    """The account is cancelled: just now, or as somebody finds out who logs in."""

    template = "account_cancelled"

    is_new: bool = False
    is_paid: bool = False
    is_owner: bool = True


@dataclasses.dataclass(frozen=True, kw_only=True)
class Reactivate(Form):
    """Fields: password, totp. Without a way back (`email` is empty) the log-in comes first."""

    template = "reactivate"

    email: str = ""
    company_name: str = ""
    is_paid: bool = False
    needs_code: bool = False


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    state: str
    at: datetime.datetime
    by: str
    note: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class Request(Page):
    """A reactivation request as its owner sees it."""

    template = "reactivation_request"

    number: int
    state: str
    requested_at: datetime.datetime
    note: str
    steps: tuple[Step, ...]


@dataclasses.dataclass(frozen=True, kw_only=True)
class SupportLogIn(Form):
    """Fields: token."""

    template = "support_log_in"


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class SupportRow:
    number: int
    state: str
    company_name: str
    owner_name: str
    owner_email: str
    plan: str
    requested_at: datetime.datetime


@dataclasses.dataclass(frozen=True, kw_only=True)
class SupportRequests(Page):
    """Reactivation requests, the oldest first; of one `state`, or all."""

    template = "support_requests"

    state: str
    rows: tuple[SupportRow, ...]
    next_path: str = ""
    first_path: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class SupportRequest(Form):
    """Fields: note. `owes` says whether the account's last period ended unpaid; None where billing cannot say."""

    template = "support_request"

    row: SupportRow
    owes: bool | None = None
    cancelled_at: datetime.datetime | None
    steps: tuple[Step, ...]

"""What the pages of reactivation are drawn from."""

from __future__ import annotations

import dataclasses
import datetime

from gateway.layout.contexts import Form, Page, Step


@dataclasses.dataclass(frozen=True, kw_only=True)
class Reactivate(Form):
    """Fields: password, totp. Without a way back (`email` is empty) the log-in comes first."""

    template = "reactivation/reactivate"

    email: str = ""
    company_name: str = ""
    is_paid: bool = False
    needs_code: bool = False


@dataclasses.dataclass(frozen=True, kw_only=True)
class Request(Page):
    """A reactivation request as its owner sees it."""

    template = "reactivation/reactivation_request"

    number: int
    state: str
    requested_at: datetime.datetime
    note: str
    steps: tuple[Step, ...]

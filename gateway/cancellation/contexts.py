"""What the pages of cancellation are drawn from."""

from __future__ import annotations

import dataclasses
import datetime

from gateway.layout.contexts import Form


@dataclasses.dataclass(frozen=True, kw_only=True)
class Cancellation(Form):
    """Fields: reason, details, effective. `cancels_at` is set where a cancellation waits; `period_ends_at` where the
    account could be cancelled then."""

    template = "cancellation/cancellation"

    company_name: str
    is_paid: bool
    period_ends_at: datetime.datetime | None
    cancels_at: datetime.datetime | None


@dataclasses.dataclass(frozen=True, kw_only=True)
class CancellationConfirm(Form):
    """The second step: `values` carry what was entered, and `confirmation` proves that this page was seen."""

    template = "cancellation/cancellation_confirm"

    company_name: str
    confirmation: str
    takes_effect_at: datetime.datetime | None  # None: at once

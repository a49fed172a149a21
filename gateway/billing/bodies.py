"""Request and answer bodies of billing that are the API's own."""

from __future__ import annotations

import datetime

from wire.contract import message


@message
class BillingAnswer:
    """The billing page's data. `stale` says that billing did not answer: what is there is what it said at `as_of`, the
    last time that this gateway heard it; all of it is null where that never happened."""

    plan: str | None
    status: str | None
    trial_started_at: datetime.datetime | None
    trial_ends_at: datetime.datetime | None
    stale: bool
    as_of: datetime.datetime | None

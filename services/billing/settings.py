"""Settings of the billing service."""

from __future__ import annotations

import dataclasses
import datetime

from chassis.settings import setting


@dataclasses.dataclass(frozen=True, kw_only=True)
class BillingSettings:
    """`grace_days`: so long may a plan be past due before its account is restricted."""

    grace_days: int = setting("FRONTDESK_GRACE_DAYS", default=14)

    @property
    def grace(self) -> datetime.timedelta:
        return datetime.timedelta(days=self.grace_days)

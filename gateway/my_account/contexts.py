"""What the pages of My Account are drawn from."""

from __future__ import annotations

import dataclasses
import datetime
from enum import StrEnum

from gateway import billing_overviews
from gateway.billing_overviews import CachedOverview
from gateway.layout.contexts import Page
from wire.accounts.profile import Me
from wire.billing import BillingOverview


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Profile:
    name: str
    email: str
    phone: str | None
    locale: str
    time_zone: str
    role: str
    company_name: str

    @classmethod
    def of(cls, me: Me) -> Profile:
        return cls(
            name=me.user.name,
            email=me.user.email,
            phone=me.user.phone,
            locale=me.user.locale,
            time_zone=me.user.time_zone,
            role=me.user.role.value,
            company_name=me.account.company_name,
        )


class BillingState(StrEnum):
    """How much of the billing section can be shown."""

    HIDDEN = "hidden"  # this role sees none
    READY = "ready"
    PREPARING = "preparing"  # the account is so new that billing has not heard of it
    STALE = "stale"  # billing does not answer; the last known figures, if there are any

    @classmethod
    def of(cls, found: CachedOverview) -> BillingState:
        if found.is_preparing:
            return cls.PREPARING
        return cls.STALE if found.is_stale else cls.READY


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Billing:
    plan: str
    status: str
    trial_ends_at: datetime.datetime | None
    as_of: datetime.datetime

    @classmethod
    def of(cls, overview: BillingOverview) -> Billing:
        return cls(
            plan=overview.plan,
            status=billing_overviews.status_of(overview),
            trial_ends_at=overview.trial_ends_at,
            as_of=overview.as_of,
        )


@dataclasses.dataclass(frozen=True, kw_only=True)
class Account(Page):
    template = "my_account/account"

    profile: Profile
    billing_state: BillingState
    billing: Billing | None
    now: datetime.datetime

    @property
    def days_left(self) -> int:
        """Begun days count: a trial that ends in an hour has one day left."""
        if self.billing is None or self.billing.trial_ends_at is None:
            return 0
        return max(0, -((self.now - self.billing.trial_ends_at) // datetime.timedelta(days=1)))

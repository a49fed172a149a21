"""The billing service: what an account pays, with what, and what it owes."""

from __future__ import annotations

import datetime
from enum import StrEnum

from wire.contract import Contract, Refusal, Rpc, message


class SubscriptionStatus(StrEnum):
    TRIAL = "trial"
    ACTIVE = "active"
    ENDED = "ended"


@message
class GetBilling:
    pass


@message
class BillingOverview:
    """One read for the billing page of the account that asks."""

    plan: str
    status: SubscriptionStatus
    trial_started_at: datetime.datetime
    trial_ends_at: datetime.datetime
    as_of: datetime.datetime


class BillingUnknown(Refusal):
    """Billing has not heard of this account yet: the event that opens its trial is on its way."""

    code = "billing_unknown"


class Billing(Contract):
    name = "billing"

    get_billing = Rpc(GetBilling, BillingOverview, refuses=(BillingUnknown,), timeout_seconds=2.0)

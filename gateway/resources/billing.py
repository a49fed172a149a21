"""What an account has and owes, as far as billing can say just now."""

from __future__ import annotations

from chassis.errors import BusError
from gateway.resources.shapes import BillingAnswer
from wire.billing import Billing, BillingUnknown, GetBilling

UNKNOWN = BillingAnswer(
    plan=None, status=None, trial_started_at=None, trial_ends_at=None, stale=True, as_of=None
)


def overview(billing: Billing) -> BillingAnswer:
    """Never an error: a billing service that is down or has not heard of the account yet is `stale`."""
    try:
        found = billing.get_billing(GetBilling())
    except (BusError, BillingUnknown):
        return UNKNOWN
    return BillingAnswer(
        plan=found.plan,
        status=found.status.value,
        trial_started_at=found.trial_started_at,
        trial_ends_at=found.trial_ends_at,
        stale=False,
        as_of=found.as_of,
    )

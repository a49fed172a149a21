"""Operations of billing: an account's plan and trial."""

from __future__ import annotations

from chassis.rpc import Client
from gateway import billing_overviews
from gateway.api import Call, api
from gateway.billing.bodies import BillingAnswer
from gateway.billing_overviews import BillingOverviews
from wire.billing import Billing
from wire.permissions import Permission

UNKNOWN = BillingAnswer(
    plan=None, status=None, trial_started_at=None, trial_ends_at=None, stale=True, as_of=None
)


class BillingApi:
    billing = Client(Billing)
    billing_overviews = BillingOverviews()

    @api(
        "GET",
        "/v1/billing",
        summary="Plan and trial of the account; `stale` when billing cannot say, with what it said last",
        tag="Billing",
        answer=BillingAnswer,
        needs=Permission.BILLING_READ,
    )
    def overview(self, call: Call[None]) -> BillingAnswer:
        """Never an error: where billing is down, or has not heard of the account yet, the last figures are `stale`."""
        if call.caller is None:
            return UNKNOWN
        cached = self.billing_overviews.read(self.billing, call.caller.account_id)
        found = cached.overview
        if found is None:
            return UNKNOWN
        return BillingAnswer(
            plan=found.plan,
            status=billing_overviews.status_of(found),
            trial_started_at=found.trial_started_at,
            trial_ends_at=found.trial_ends_at,
            stale=cached.is_stale,
            as_of=found.as_of,
        )

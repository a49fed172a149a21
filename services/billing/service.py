"""The billing service: the topics whose entrypoints it answers and listens with."""

from __future__ import annotations

from billing.subscriptions.entrypoints import SubscriptionEntrypoints
from wire.billing import Billing


class BillingService(SubscriptionEntrypoints):
    name = Billing.name

"""What the entrypoints of every topic of the billing service work with."""

from __future__ import annotations

from billing.settings import BillingSettings
from chassis.clock import Clock
from chassis.configured import Configured
from chassis.database.work import UnitOfWork


class BillingEntrypoints:
    """One transaction at a time, the time, and the settings."""

    work = UnitOfWork()
    clock = Clock()
    settings = Configured(BillingSettings)

"""Base class of the billing service's entrypoints: unit of work, clock and settings."""

from __future__ import annotations

from billing.settings import BillingSettings
from chassis.clock import Clock
from chassis.configured import Configured
from chassis.database.work import UnitOfWork


class BillingEntrypoints:
    work = UnitOfWork()
    clock = Clock()
    settings = Configured(BillingSettings)

"""What the entrypoints of every topic of the contacts service work with."""

from __future__ import annotations

from chassis.clock import Clock
from chassis.database.work import UnitOfWork


class ContactsEntrypoints:
    """One transaction at a time, and the time."""

    work = UnitOfWork()
    clock = Clock()

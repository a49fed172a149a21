"""Base class of the notifications service's entrypoints: unit of work, clock, settings, wakeup and URLs."""

from __future__ import annotations

from chassis.clock import Clock
from chassis.configured import Configured
from chassis.database.work import UnitOfWork
from chassis.every import Wakeup
from notifications.settings import NotificationsSettings
from notifications.urls import Urls


class NotificationsEntrypoints:
    work = UnitOfWork()
    clock = Clock()
    settings = Configured(NotificationsSettings)
    # Who queues a mail wakes up who delivers it.
    wakeup = Wakeup()

    @property
    def urls(self) -> Urls:
        return self.settings.urls

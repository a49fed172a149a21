"""Timer that deletes expired rows."""

from __future__ import annotations

import structlog

from chassis.every import every
from contacts.entrypoints import ContactsEntrypoints
from contacts.retention import retention

log = structlog.get_logger(__name__)

CLEANED_EVERY_SECONDS = 600.0


class RetentionEntrypoints(ContactsEntrypoints):
    @every(CLEANED_EVERY_SECONDS)
    def clean(self) -> None:
        """Delete what nobody can use any more."""
        with self.work.all_tenants() as work:
            counts = retention.clean(work.session, now=self.clock.now())
        if any(counts.values()):
            log.info("rows_cleaned", **counts)

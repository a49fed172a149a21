"""Base class of the contacts service's entrypoints: unit of work, clock, settings, throttles, and the audit log."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from chassis.clock import Clock
from chassis.configured import Configured
from chassis.database.work import UnitOfWork, Work
from chassis.settings import read
from contacts import actors
from contacts.actors import Actor
from contacts.settings import ContactsSettings
from identity.sealed_answers import SealedAnswers
from identity.throttles import Throttles
from wire.contacts import Contacts
from wire.contacts.audit import AuditRecorded
from wire.contract import JsonValue


class ContactsEntrypoints:
    work = UnitOfWork(cipher=lambda: SealedAnswers(read(ContactsSettings).encryption_keys))
    clock = Clock()
    settings = Configured(ContactsSettings)

    @property
    def throttles(self) -> Throttles:
        return Throttles(key=self.settings.token_key, limits=self.settings)

    def record(
        self,
        work: Work,
        action: str,
        object_id: uuid.UUID,
        *,
        facts: Mapping[str, JsonValue],
        by: Actor | None = None,
        kind: str = "contact",
        account_id: uuid.UUID | None = None,
    ) -> None:
        """Have the account's audit log say what was done to a contact, or a thing of another kind, by who asks unless
        `by` says another. `facts` hold no secret, ever; `account_id` is given where the context has none."""
        by = by or actors.present()
        recorded = AuditRecorded(
            action=action,
            actor_kind=by.kind.value,
            actor_id=by.id,
            actor_name=by.name,
            object_kind=kind,
            object_id=object_id,
            ip_address=by.ip_address,
            user_agent=by.user_agent,
            facts=dict(facts),
            happened_at=self.clock.now(),
        )
        work.announce(Contacts.audit_recorded, recorded, aggregate=object_id, account_id=account_id)

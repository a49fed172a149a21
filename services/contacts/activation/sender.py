"""What the topics share that send activation mails."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable

from chassis import context
from chassis.database.work import Work
from contacts.account_settings import account_settings
from contacts.activation import sending
from contacts.activation.sending import Sending, Sent
from contacts.actors import Actor
from contacts.people import messages
from contacts.people.models import ContactRow
from contacts.tenants.lookup import TenantLookup
from contacts.tenants.models import TenantRow
from wire.contacts import Contacts
from wire.contacts.activation import ContactActivationRequested
from wire.contract import Refusal


class ActivationSender(TenantLookup):
    def send_activations_to(
        self,
        work: Work,
        tenant: TenantRow,
        contact_ids: Iterable[uuid.UUID],
        *,
        is_automatic: bool = False,
        job_id: uuid.UUID | None = None,
        by: Actor | None = None,
    ) -> dict[uuid.UUID, Sent | Refusal]:
        """Issue the links, have them mailed, and have the audit log say so; what becomes of each contact. Of a job it
        says once that it was started."""
        how = self.sending(tenant, now=self.clock.now(), is_automatic=is_automatic, job_id=job_id)
        results = sending.send(work.session, tenant.account_id, contact_ids, how)
        for result in results.values():
            if isinstance(result, Sent):
                self._announce_sent(work, tenant, result)
                if job_id is None:
                    self._record_sent(work, result, by)
        return results

    def tenant_to_activate_for(self, wish: bool | None) -> TenantRow | None:
        """The account, where a new contact of it may get the activation mail: as it was wished for, else as the
        account has it. Call it outside of a transaction."""
        if wish is False:
            return None
        account_id = context.require_account_id()
        with self.work() as work:
            is_wanted = wish or account_settings.find(work.session, account_id).user_activation_email
        return self.tenant(account_id) if is_wanted else None

    def activate_new(
        self, work: Work, tenant: TenantRow | None, contact: ContactRow, *, wish: bool | None
    ) -> None:
        """Send the activation mail to a contact that was created in this transaction, where it is to get one."""
        if tenant is None or contact.email is None:
            return
        if wish or account_settings.is_activation_automatic(work.session, tenant.account_id):
            self.send_activations_to(work, tenant, [contact.id], is_automatic=not wish)

    def sending(
        self,
        tenant: TenantRow,
        *,
        now: datetime.datetime,
        is_automatic: bool = False,
        job_id: uuid.UUID | None = None,
    ) -> Sending:
        """How activation mails are sent now, by who asks."""
        return Sending(
            key=self.settings.token_key,
            now=now,
            life=self.settings.activation_life,
            cool_down=self.settings.activation_cool_down,
            portal_slug=tenant.slug,
            sent_by=None if is_automatic else context.current().user_id,
            is_automatic=is_automatic,
            job_id=job_id,
        )

    def _record_sent(self, work: Work, sent: Sent, by: Actor | None) -> None:
        contact = sent.contact
        facts = {"name": contact.name, "email": sent.token.email}
        self.record(
            work, "contact_activation_sent", contact.id, facts=facts, by=by, account_id=contact.account_id
        )

    @staticmethod
    def _announce_sent(work: Work, tenant: TenantRow, sent: Sent) -> None:
        contact = sent.contact
        requested = ContactActivationRequested(
            link_id=sent.token.id,
            contact=messages.as_contact(contact),
            company_name=tenant.company_name,
            portal_slug=tenant.slug,
            locale=contact.language or tenant.locale,
            time_zone=contact.time_zone or tenant.time_zone,
            expires_at=sent.token.expires_at,
            is_resent=sent.is_resent,
        )
        work.announce(
            Contacts.contact_activation_requested,
            requested,
            aggregate=contact.id,
            account_id=tenant.account_id,
        )

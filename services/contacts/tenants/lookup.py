"""The account that something is done for, asked for where no event has told of it yet."""

from __future__ import annotations

import uuid

from chassis import context
from chassis.rpc import Client
from contacts.entrypoints import ContactsEntrypoints
from contacts.tenants import tenants
from contacts.tenants.models import TenantRow
from wire.accounts import Accounts
from wire.accounts.profile import GetAccount
from wire.accounts.tenancy import Account
from wire.values import AccountStatus


class TenantLookup(ContactsEntrypoints):
    """What the topics share that need to know an account."""

    accounts = Client(Accounts)

    def keep_account(self, account: Account, sequence: int = tenants.ASKED) -> None:
        with self.work.for_tenant(account.id) as work:
            tenants.keep(
                work.session,
                account.id,
                company_name=account.company_name,
                slug=account.slug,
                country=account.country,
                locale=account.locale,
                time_zone=account.time_zone,
                is_cancelled=account.status is AccountStatus.CANCELLED,
                sequence=sequence,
            )

    def tenant(self, account_id: uuid.UUID) -> TenantRow:
        """The account, asked for where no event has told of it yet. Call it outside of a transaction."""
        known = self._known(account_id)
        if known is None:
            with context.within(account_id=account_id):
                self.keep_account(self.accounts.get_account(GetAccount()))
            known = self._known(account_id)
        if known is None:
            raise LookupError("an account that was kept a moment ago")
        return known

    def _known(self, account_id: uuid.UUID) -> TenantRow | None:
        with self.work.for_tenant(account_id) as work:
            return tenants.find(work.session, account_id)

"""Accounts are kept in mind as their events tell of them; one that is not known yet is asked for."""

from __future__ import annotations

import uuid

from chassis import context
from chassis.events import Received, listen
from chassis.rpc import Client
from contacts.entrypoints import ContactsEntrypoints
from contacts.tenants import tenants
from contacts.tenants.models import TenantRow
from wire.accounts import Accounts
from wire.accounts.cancellation import AccountCancelled
from wire.accounts.profile import AccountUpdated, GetAccount
from wire.accounts.reactivation import AccountReactivated
from wire.accounts.signup import AccountCreated
from wire.accounts.tenancy import Account


class TenantEntrypoints(ContactsEntrypoints):
    accounts = Client(Accounts)

    @listen(Accounts.account_created)
    def keep_new_account(self, event: Received[AccountCreated]) -> None:
        self._keep(event.data.account, event.sequence)

    @listen(Accounts.account_updated)
    def keep_changed_account(self, event: Received[AccountUpdated]) -> None:
        self._keep(event.data.account, event.sequence)

    @listen(Accounts.account_cancelled)
    def keep_cancelled_account(self, event: Received[AccountCancelled]) -> None:
        self._keep(event.data.account, event.sequence)

    @listen(Accounts.account_reactivated)
    def keep_returned_account(self, event: Received[AccountReactivated]) -> None:
        self._keep(event.data.account, event.sequence)

    def _keep(self, account: Account, sequence: int) -> None:
        with self.work() as work:
            tenants.keep(work.session, account, sequence=sequence)

    def tenant(self, account_id: uuid.UUID) -> TenantRow:
        """The account, asked for where no event has told of it yet. Call it outside of a transaction."""
        with self.work.for_tenant(account_id) as work:
            known = tenants.find(work.session, account_id)
        return known or self._ask(account_id)

    def _ask(self, account_id: uuid.UUID) -> TenantRow:
        with context.within(account_id=account_id):
            account = self.accounts.get_account(GetAccount())
        with self.work.for_tenant(account_id) as work:
            tenants.keep(work.session, account)
            found = tenants.find(work.session, account_id)
        assert found is not None, "it was kept a moment ago"
        return found

"""Accounts are kept in mind as their events tell of them."""

from __future__ import annotations

from chassis.events import Received, listen
from contacts.tenants.lookup import TenantLookup
from wire.accounts import Accounts
from wire.accounts.cancellation import AccountCancelled
from wire.accounts.profile import AccountUpdated
from wire.accounts.reactivation import AccountReactivated
from wire.accounts.signup import AccountCreated


class TenantEntrypoints(TenantLookup):
    @listen(Accounts.account_created)
    def keep_new_account(self, event: Received[AccountCreated]) -> None:
        self.keep_account(event.data.account, event.sequence)

    @listen(Accounts.account_updated)
    def keep_changed_account(self, event: Received[AccountUpdated]) -> None:
        self.keep_account(event.data.account, event.sequence)

    @listen(Accounts.account_cancelled)
    def keep_cancelled_account(self, event: Received[AccountCancelled]) -> None:
        self.keep_account(event.data.account, event.sequence)

    @listen(Accounts.account_reactivated)
    def keep_returned_account(self, event: Received[AccountReactivated]) -> None:
        self.keep_account(event.data.account, event.sequence)

"""What does the billing service answer and listen to? This is its table of contents."""

from __future__ import annotations

from billing import subscriptions
from chassis import context
from chassis.clock import Clock
from chassis.envelope import Received
from chassis.events import listen
from chassis.rpc import serve
from chassis.work import UnitOfWork
from wire.accounts import AccountCreated, Accounts
from wire.billing import Billing, BillingOverview, GetBilling


class BillingService:
    name = Billing.name
    work = UnitOfWork()
    clock = Clock()

    @listen(Accounts.account_created)
    def open_trial(self, event: Received[AccountCreated]) -> None:
        account = event.data.account
        with self.work() as work:
            subscriptions.open_trial(
                work.session,
                account.id,
                started_at=account.created_at,
                ends_at=account.trial_ends_at or account.created_at,
                now=self.clock.now(),
            )

    @serve(Billing.get_billing)
    def get_billing(self, request: GetBilling) -> BillingOverview:  # who asks is in the context
        with self.work() as work:
            return subscriptions.overview(work.session, context.current().account_id, now=self.clock.now())

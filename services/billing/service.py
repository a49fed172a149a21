"""What does the billing service answer, announce and listen to? This is its table of contents."""

from __future__ import annotations

import uuid
from typing import TypeVar

from billing import announcements, periods, subscriptions
from billing.settings import BillingSettings
from chassis import context
from chassis.clock import Clock
from chassis.configured import Configured
from chassis.database.work import UnitOfWork, Work
from chassis.events import Received, listen
from chassis.every import every
from chassis.rpc import serve
from wire.accounts import Accounts
from wire.accounts.cancellation import AccountCancelled
from wire.accounts.reactivation import AccountReactivated, ReactivationDecided
from wire.accounts.signup import AccountCreated
from wire.billing import (
    AccountPaymentStatus,
    Billing,
    BillingOverview,
    GetBilling,
    GetPaymentStatus,
    ListPaymentStatuses,
    Operator,
    PaymentStatusList,
    StartPlan,
    Subscription,
)
from wire.contract import Event

Payload = TypeVar("Payload")


class BillingService:
    name = Billing.name
    work = UnitOfWork()
    clock = Clock()
    settings = Configured(BillingSettings)

    @listen(Accounts.account_created)
    def open_trial(self, event: Received[AccountCreated]) -> None:
        account = event.data.account
        with self.work() as work:
            subscriptions.open_trial(
                work.session,
                account.id,
                sequence=event.sequence,
                started_at=account.created_at,
                ends_at=account.trial_ends_at or account.created_at,
                now=self.clock.now(),
            )

    @listen(Accounts.account_cancelled)
    def end_subscription(self, event: Received[AccountCancelled]) -> None:
        cancelled = event.data
        with self.work() as work:
            ended = subscriptions.cancel(
                work.session, cancelled.account.id, sequence=event.sequence, at=cancelled.cancelled_at
            )
            if ended is not None:
                told = announcements.ended(ended, at=cancelled.cancelled_at)
                self._announce(work, Billing.subscription_ended, told, ended.account_id)

    @listen(Accounts.account_reactivated)
    def resume_trial(self, event: Received[AccountReactivated]) -> None:
        """A trial goes on where it stopped. A plan runs already: it was started before the account came back."""
        account = event.data.account
        with self.work() as work:
            if event.data.is_paid or account.trial_ends_at is None:
                return
            subscriptions.resume_trial(
                work.session,
                account.id,
                sequence=event.sequence,
                started_at=account.created_at,
                ends_at=account.trial_ends_at,
                now=self.clock.now(),
            )

    @listen(Accounts.account_reactivation_decided)
    def resume_plan(self, event: Received[ReactivationDecided]) -> None:
        decided = event.data
        with self.work() as work:
            if not decided.is_approved:
                return
            row = subscriptions.resume_plan(
                work.session, decided.account.id, sequence=event.sequence, now=self.clock.now()
            )
            if row is not None:
                told = announcements.started(row, request_id=decided.request_id)
                self._announce(work, Billing.subscription_started, told, row.account_id)
                if subscriptions.owes(row):
                    late = announcements.past_due(row, at=row.created_at)
                    self._announce(work, Billing.subscription_past_due, late, row.account_id)

    @serve(Billing.start_plan)
    def start_plan(self, request: StartPlan) -> Subscription:
        now, asking = self.clock.now(), context.current()
        by = Operator(ip_address=asking.ip_address or "", user_agent=asking.user_agent or "")
        ends_at = periods.end_of(request.period_ends_at, request.months, now=now)
        with self.work.all_tenants() as work:
            row = subscriptions.start(
                work.session, request.account_id, plan=request.plan, period_ends_at=ends_at, now=now
            )
            told = announcements.started(row, by=by)
            self._announce(work, Billing.subscription_started, told, row.account_id)
            return work.answer(subscriptions.as_subscription(row))

    @serve(Billing.get_billing)
    def get_billing(self, request: GetBilling) -> BillingOverview:  # who asks is in the context
        with self.work() as work:
            return subscriptions.overview(work.session, context.current().account_id, now=self.clock.now())

    @serve(Billing.get_payment_status)
    def get_payment_status(self, request: GetPaymentStatus) -> AccountPaymentStatus:
        with self.work.all_tenants() as work:
            return subscriptions.payment_status(work.session, request.account_id)

    @serve(Billing.list_payment_statuses)
    def list_payment_statuses(self, request: ListPaymentStatuses) -> PaymentStatusList:
        with self.work.all_tenants() as work:
            return subscriptions.payment_statuses(work.session, request.account_ids)

    @every(2.0)
    def look_at_periods(self) -> None:
        """Say which plans are past due, and which have been for too long."""
        now = self.clock.now()
        with self.work.all_tenants() as work:
            for row in periods.now_past_due(work.session, now=now):
                told = announcements.past_due(row, at=now)
                self._announce(work, Billing.subscription_past_due, told, row.account_id)
        with self.work.all_tenants() as work:
            for row in periods.now_restricted(work.session, grace=self.settings.grace, now=now):
                late = announcements.restricted(row, at=now)
                self._announce(work, Billing.subscription_restricted, late, row.account_id)

    @staticmethod
    def _announce(work: Work, event: Event[Payload], payload: Payload, account_id: uuid.UUID) -> None:
        """All that happens to what an account has is of one aggregate, and numbered."""
        work.announce(event, payload, aggregate=account_id, account_id=account_id)

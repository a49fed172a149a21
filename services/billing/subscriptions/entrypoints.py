"""Subscriptions follow the account's events, are started by support, and fall behind when a period ends unpaid."""

from __future__ import annotations

from typing import TypeVar

from billing.entrypoints import BillingEntrypoints
from billing.subscriptions import messages, periods, subscriptions
from chassis import context
from chassis.database.work import Work
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
    SubscriptionEnded,
    SubscriptionPastDue,
    SubscriptionRestricted,
    SubscriptionStarted,
)
from wire.contract import Event

Payload = TypeVar(
    "Payload", SubscriptionStarted, SubscriptionPastDue, SubscriptionRestricted, SubscriptionEnded
)


class SubscriptionEntrypoints(BillingEntrypoints):
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
                payload = messages.ended(ended, at=cancelled.cancelled_at)
                _announce(work, Billing.subscription_ended, payload)

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
                started = messages.started(row, request_id=decided.request_id)
                _announce(work, Billing.subscription_started, started)
                if row.owes:
                    past_due = messages.past_due(row, at=row.created_at)
                    _announce(work, Billing.subscription_past_due, past_due)

    @serve(Billing.start_plan)
    def start_plan(self, request: StartPlan) -> Subscription:
        now, caller = self.clock.now(), context.current()
        by = Operator(ip_address=caller.ip_address or "", user_agent=caller.user_agent or "")
        ends_at = periods.end_of(request.period_ends_at, request.months, now=now)
        with self.work.for_tenant(request.account_id) as work:
            row = subscriptions.start(
                work.session, request.account_id, plan=request.plan, period_ends_at=ends_at, now=now
            )
            _announce(work, Billing.subscription_started, messages.started(row, by=by))
            return work.answer(messages.as_subscription(row))

    @serve(Billing.get_billing)
    def get_billing(self, request: GetBilling) -> BillingOverview:  # who asks is in the context
        with self.work() as work:
            return subscriptions.overview(work.session, context.current().account_id, now=self.clock.now())

    @serve(Billing.get_payment_status)
    def get_payment_status(self, request: GetPaymentStatus) -> AccountPaymentStatus:
        with self.work.for_tenant(request.account_id) as work:
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
                _announce(work, Billing.subscription_past_due, messages.past_due(row, at=now))
        with self.work.all_tenants() as work:
            for row in periods.now_restricted(work.session, grace=self.settings.grace, now=now):
                _announce(work, Billing.subscription_restricted, messages.restricted(row, at=now))


def _announce(work: Work, event: Event[Payload], payload: Payload) -> None:
    """The account is the aggregate of all that happens to its subscriptions: their events have one order."""
    work.announce(event, payload, aggregate=payload.account_id, account_id=payload.account_id)

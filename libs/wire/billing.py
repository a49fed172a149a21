"""The contract of the billing service: an account's trial or plan, and whether it is paid."""

from __future__ import annotations

import datetime
import uuid
from enum import StrEnum
from typing import Annotated

from marshmallow.validate import Length, Range, Regexp

from wire.contract import Contract, Event, Refusal, Rpc, message
from wire.values import PAGE_SIZE_MAX

MONTHS_MAX = 36

PlanName = Annotated[str, Regexp(r"\A[a-z][a-z0-9_-]{0,39}\Z")]
Months = Annotated[int, Range(min=1, max=MONTHS_MAX)]


class SubscriptionStatus(StrEnum):
    TRIAL = "trial"
    ACTIVE = "active"
    ENDED = "ended"


class PaymentStatus(StrEnum):
    """How a live subscription is paid: in time, late, or so late that the account is restricted."""

    TRIAL = "trial"
    ACTIVE = "active"
    PAST_DUE = "past_due"
    RESTRICTED = "restricted"


@message
class GetBilling:
    pass


@message
class BillingOverview:
    """One read for the billing page of the account that asks. `payment_status` says how what is there is paid; what
    has ended has none."""

    plan: str
    status: SubscriptionStatus
    trial_started_at: datetime.datetime
    trial_ends_at: datetime.datetime
    as_of: datetime.datetime
    period_ends_at: datetime.datetime | None = None
    is_past_due: bool = False
    payment_status: PaymentStatus | None = None


@message
class GetPaymentStatus:
    account_id: uuid.UUID


@message
class AccountPaymentStatus:
    """May an account have its plan back without anybody looking at it? `owes`: its last period ended unpaid;
    `is_chargeable`: a card works; `is_invoiced`: it pays by invoice and needs none."""

    account_id: uuid.UUID
    plan: str
    owes: bool
    is_chargeable: bool
    is_invoiced: bool


@message
class ListPaymentStatuses:
    """Those of several accounts at once."""

    account_ids: Annotated[tuple[uuid.UUID, ...], Length(max=PAGE_SIZE_MAX)]


@message
class PaymentStatusList:
    """Accounts that billing has not heard of are left out."""

    data: tuple[AccountPaymentStatus, ...]


@message
class StartPlan:
    """Support starts a paid plan for an account: until `period_ends_at`, or for so many months from now."""

    account_id: uuid.UUID
    plan: PlanName
    period_ends_at: datetime.datetime | None = None
    months: Months | None = None


@message
class Subscription:
    """What an account has until `period_ends_at`, or had until `ended_at`."""

    id: uuid.UUID
    account_id: uuid.UUID
    plan: str
    standing: PaymentStatus
    started_at: datetime.datetime
    period_ends_at: datetime.datetime | None
    ended_at: datetime.datetime | None


@message
class Operator:
    """Support, and from where it asked."""

    ip_address: str
    user_agent: str


@message
class SubscriptionStarted:
    """A paid plan runs from `at` on. `reactivation_request_id` is the request that it answers, where it answers one;
    `started_by` is given where support started it of its own accord."""

    account_id: uuid.UUID
    subscription_id: uuid.UUID
    plan: str
    period_ends_at: datetime.datetime
    at: datetime.datetime
    reactivation_request_id: uuid.UUID | None = None
    started_by: Operator | None = None


@message
class SubscriptionPastDue:
    """The period is over, and nothing has paid the next one."""

    account_id: uuid.UUID
    subscription_id: uuid.UUID
    plan: str
    period_ends_at: datetime.datetime
    at: datetime.datetime


@message
class SubscriptionRestricted:
    """It has been past due for so long that the account is restricted."""

    account_id: uuid.UUID
    subscription_id: uuid.UUID
    plan: str
    period_ends_at: datetime.datetime
    at: datetime.datetime


@message
class SubscriptionEnded:
    """A trial or a paid plan is over, because its account was cancelled at `at`."""

    account_id: uuid.UUID
    subscription_id: uuid.UUID
    plan: str
    period_ends_at: datetime.datetime | None
    at: datetime.datetime


class BillingUnknown(Refusal):
    """Billing has not heard of this account yet: the event that opens its trial is on its way."""

    code = "billing_unknown"


class PlanNotForSale(Refusal):
    """`trial` is no plan that can be started."""

    code = "plan_not_for_sale"


class PeriodInvalid(Refusal):
    """The period has to end in the future, and has to be said in one way: by its end, or in months."""

    code = "period_invalid"


class CancelledAccountHasNoPlan(Refusal):
    """The account is cancelled: its plan comes back by a reactivation request."""

    code = "cancelled_account_has_no_plan"


class Billing(Contract):
    name = "billing"

    get_billing = Rpc(GetBilling, BillingOverview, refuses=(BillingUnknown,), timeout_seconds=2.0)
    get_payment_status = Rpc(
        GetPaymentStatus, AccountPaymentStatus, refuses=(BillingUnknown,), timeout_seconds=2.0
    )
    list_payment_statuses = Rpc(ListPaymentStatuses, PaymentStatusList, timeout_seconds=2.0)
    start_plan = Rpc(
        StartPlan,
        Subscription,
        refuses=(BillingUnknown, PlanNotForSale, PeriodInvalid, CancelledAccountHasNoPlan),
        is_write=True,
    )

    subscription_started = Event(SubscriptionStarted, is_owed=True)
    subscription_past_due = Event(SubscriptionPastDue, is_owed=True)
    subscription_restricted = Event(SubscriptionRestricted, is_owed=True)
    subscription_ended = Event(SubscriptionEnded, is_owed=True)

"""Cancellation of an account by its owner, at once or at the end of the paid period."""

from __future__ import annotations

import datetime
import uuid
from enum import StrEnum
from typing import Annotated

from marshmallow.validate import Length

from wire.accounts.tenancy import Account, User
from wire.contract import Refusal, message
from wire.values import Secret

DETAILS_LENGTH_MAX = 2000


class CancellationReason(StrEnum):
    """Stripe's reasons, so that they can be told to it."""

    CUSTOMER_SERVICE = "customer_service"
    LOW_QUALITY = "low_quality"
    MISSING_FEATURES = "missing_features"
    OTHER = "other"
    SWITCHED_SERVICE = "switched_service"
    TOO_COMPLEX = "too_complex"
    TOO_EXPENSIVE = "too_expensive"
    UNUSED = "unused"


class Effective(StrEnum):
    """When a cancellation takes effect."""

    NOW = "now"
    PERIOD_END = "period_end"


@message
class CancelAccount:
    """`details` say in the owner's own words what `reason` cannot."""

    current_password: Secret
    reason: CancellationReason
    details: Annotated[str, Length(max=DETAILS_LENGTH_MAX)]
    effective: Effective = Effective.NOW


@message
class UndoCancellation:
    pass


@message
class AccountCancelled:
    """The account is over, and everybody is logged out. `is_paid` tells what it was: a plan, or a trial. What the
    owner wrote about it stays with the accounts service."""

    account: Account
    owner: User
    cancellation_id: uuid.UUID
    reason: CancellationReason
    is_paid: bool
    cancelled_at: datetime.datetime


@message
class CancellationScheduled:
    """The account will be cancelled when the paid period is over; until then that can be undone."""

    account: Account
    owner: User
    reason: CancellationReason
    takes_effect_at: datetime.datetime


@message
class CancellationUndone:
    account: Account
    owner: User


class AccountIsCancelled(Refusal):
    """The password is right, the account is cancelled. An owner gets a `token` that opens the way back, and the old
    invoices, until `expires_at`; `account_type` is what the account was: `trial` or `paid`."""

    code = "account_cancelled"


class CancellationDetailsRequired(Refusal):
    code = "cancellation_details_required"


class CancellationNotDeferrable(Refusal):
    """There is no paid period at whose end the account could be cancelled."""

    code = "cancellation_not_deferrable"


class CancellationAlreadyScheduled(Refusal):
    """The account will be cancelled at the end of its period as it is."""

    code = "cancellation_already_scheduled"


class CancellationNotScheduled(Refusal):
    """There is nothing to undo."""

    code = "cancellation_not_scheduled"

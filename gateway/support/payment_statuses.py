"""Payment statuses of accounts, beside the reactivation requests that support decides."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Sequence

from chassis.errors import BusError
from gateway.support.bodies import RequestWithPaymentStatus
from wire.accounts.reactivation import RequestForSupport
from wire.billing import AccountPaymentStatus, Billing, ListPaymentStatuses


def beside(billing: Billing, requests: Sequence[RequestForSupport]) -> tuple[RequestWithPaymentStatus, ...]:
    """The requests with the payment status of their accounts, as far as billing answers."""
    statuses = _statuses(billing, {request.account.id for request in requests})
    return tuple(
        RequestWithPaymentStatus(
            **{field.name: getattr(request, field.name) for field in dataclasses.fields(request)},
            standing=statuses.get(request.account.id),
        )
        for request in requests
    )


def _statuses(billing: Billing, account_ids: set[uuid.UUID]) -> dict[uuid.UUID, AccountPaymentStatus]:
    if not account_ids:
        return {}
    try:
        found = billing.list_payment_statuses(ListPaymentStatuses(account_ids=tuple(account_ids)))
    except BusError:
        return {}
    return {status.account_id: status for status in found.data}

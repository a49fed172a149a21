"""Does an account that wants to come back owe anything? Billing says so, beside the request that support decides."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Sequence

from chassis.errors import BusError
from gateway.support.bodies import RequestWithPaymentStatus
from wire.accounts.reactivation import RequestForSupport
from wire.billing import AccountPaymentStatus, Billing, ListPaymentStatuses


def beside(billing: Billing, requests: Sequence[RequestForSupport]) -> tuple[RequestWithPaymentStatus, ...]:
    """The requests with the standing of their accounts, as far as billing answers."""
    known = _known(billing, {request.account.id for request in requests})
    return tuple(
        RequestWithPaymentStatus(
            **{field.name: getattr(request, field.name) for field in dataclasses.fields(request)},
            standing=known.get(request.account.id),
        )
        for request in requests
    )


def _known(billing: Billing, account_ids: set[uuid.UUID]) -> dict[uuid.UUID, AccountPaymentStatus]:
    if not account_ids:
        return {}
    try:
        found = billing.list_payment_statuses(ListPaymentStatuses(account_ids=tuple(account_ids)))
    except BusError:
        return {}
    return {standing.account_id: standing for standing in found.data}

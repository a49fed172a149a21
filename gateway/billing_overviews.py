"""What did billing last say of an account? Kept in this gateway's mind, for when it does not answer."""

from __future__ import annotations

import dataclasses
import uuid
from collections import OrderedDict
from typing import Any, Self, overload

from chassis.errors import BusError
from chassis.extensions import Provider
from wire.billing import Billing, BillingOverview, BillingUnknown, GetBilling

KEPT_MAX = 10_000


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """`overview` is what billing says, or what it said last where it `is_stale`; None where it never did.
    `is_preparing`: it answers, but has not heard of the account yet."""

    overview: BillingOverview | None
    is_stale: bool = False
    is_preparing: bool = False


class KeptFigures(Provider):
    """Gives the gateway's methods the figures of accounts. Each gateway keeps what it was told itself."""

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type) -> KeptFigures: ...
    def __get__(self, instance: object | None, owner: type) -> Self | KeptFigures:
        return self

    def prepare(self) -> None:
        self._kept: OrderedDict[uuid.UUID, BillingOverview] = OrderedDict()

    def get_dependency(self, worker_ctx: Any) -> KeptFigures:
        return self

    def read(self, billing: Billing, account_id: uuid.UUID) -> Figures:
        """The figures of the account that asks, whoever may see them."""
        try:
            overview = billing.get_billing(GetBilling())
        except BillingUnknown:
            return Figures(overview=None, is_preparing=True)
        except BusError:
            return Figures(overview=self._kept.get(account_id), is_stale=True)
        self._keep(account_id, overview)
        return Figures(overview=overview)

    def _keep(self, account_id: uuid.UUID, overview: BillingOverview) -> None:
        self._kept[account_id] = overview
        self._kept.move_to_end(account_id)
        while len(self._kept) > KEPT_MAX:
            self._kept.popitem(last=False)


def status_of(overview: BillingOverview) -> str:
    """`trial`, `active`, `past_due`, `restricted` or `ended`."""
    return overview.status.value if overview.payment_status is None else overview.payment_status.value

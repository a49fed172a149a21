"""Billing overviews of accounts, with a cache of the last ones for when billing does not answer."""

from __future__ import annotations

import dataclasses
import uuid
from collections import OrderedDict
from typing import Any, Self, overload

from chassis.errors import BusError
from chassis.extensions import Provider
from wire.billing import Billing, BillingOverview, BillingUnknown, GetBilling

CACHED_MAX = 10_000


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class CachedOverview:
    """`overview` is what billing answers, or what it answered last where it `is_stale`; None where it never did.
    `is_preparing`: it answers, but has not heard of the account yet."""

    overview: BillingOverview | None
    is_stale: bool = False
    is_preparing: bool = False


class BillingOverviews(Provider):
    """Reads the overviews of accounts. Each gateway has a cache of its own."""

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type) -> BillingOverviews: ...
    def __get__(self, instance: object | None, owner: type) -> Self | BillingOverviews:
        return self

    def prepare(self) -> None:
        self._cache: OrderedDict[uuid.UUID, BillingOverview] = OrderedDict()

    def get_dependency(self, worker_ctx: Any) -> BillingOverviews:
        return self

    def read(self, billing: Billing, account_id: uuid.UUID) -> CachedOverview:
        """The overview of the account that makes the request."""
        try:
            overview = billing.get_billing(GetBilling())
        except BillingUnknown:
            return CachedOverview(overview=None, is_preparing=True)
        except BusError:
            return CachedOverview(overview=self._cache.get(account_id), is_stale=True)
        self._put(account_id, overview)
        return CachedOverview(overview=overview)

    def _put(self, account_id: uuid.UUID, overview: BillingOverview) -> None:
        self._cache[account_id] = overview
        self._cache.move_to_end(account_id)
        while len(self._cache) > CACHED_MAX:
            self._cache.popitem(last=False)


def status_of(overview: BillingOverview) -> str:
    """`trial`, `active`, `past_due`, `restricted` or `ended`."""
    return overview.status.value if overview.payment_status is None else overview.payment_status.value

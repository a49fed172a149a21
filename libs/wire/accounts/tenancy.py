"""Accounts (the tenants) and users (the people working in one)."""

from __future__ import annotations

import datetime
import uuid

from wire.contract import Refusal, message
from wire.values import AccountStatus, Role


@message
class Account:
    """The paying tenant. `version` counts its changes; `plan` is what billing last announced; `external_id` is what the
    tenant's own systems call it."""

    id: uuid.UUID
    company_name: str
    slug: str
    country: str
    locale: str
    time_zone: str
    status: AccountStatus
    trial_ends_at: datetime.datetime | None
    created_at: datetime.datetime
    plan: str = "trial"
    period_ends_at: datetime.datetime | None = None
    cancels_at: datetime.datetime | None = None
    cancelled_at: datetime.datetime | None = None
    version: int = 1
    external_id: str | None = None


@message
class User:
    """A person working inside an account. `version` counts the changes of the person's data; `external_id` is what the
    tenant's own systems call them, once in an account."""

    id: uuid.UUID
    account_id: uuid.UUID
    name: str
    email: str
    phone: str | None
    locale: str
    time_zone: str
    role: Role
    is_verified: bool
    created_at: datetime.datetime
    has_second_factor: bool = False
    version: int = 1
    external_id: str | None = None


class UserUnknown(Refusal):
    code = "user_unknown"

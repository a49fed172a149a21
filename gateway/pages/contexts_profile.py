"""What do the pages need on which people change their own data, their company's, and their address?"""

from __future__ import annotations

import dataclasses
import datetime
from enum import StrEnum

from gateway.pages.contexts import Form, Page
from gateway.pages.time_zones import Choices


@dataclasses.dataclass(frozen=True, kw_only=True)
class EditProfile(Form):
    """Fields: name, phone, locale, time_zone, and current_password where it is asked for. `version` is the state that
    the form was filled from."""

    template = "profile"

    version: int
    email: str
    time_zones: Choices
    is_password_asked: bool = False


@dataclasses.dataclass(frozen=True, kw_only=True)
class EditCompany(Form):
    """Fields: company_name, slug, country, locale, time_zone, external_id."""

    template = "company"

    version: int
    time_zones: Choices


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class PendingChange:
    new_email: str
    requested_at: datetime.datetime
    expires_at: datetime.datetime


@dataclasses.dataclass(frozen=True, kw_only=True)
class EmailAddress(Form):
    """Fields: email, current_password; none of them while a change is pending."""

    template = "email_address"

    email: str
    pending: PendingChange | None = None


class EmailLinkKind(StrEnum):
    """Which mailbox the link came from."""

    CONFIRM = "confirm"
    UNDO = "undo"


class EmailLinkState(StrEnum):
    READY = "ready"
    USED = "used"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    TAKEN = "taken"
    UNKNOWN = "unknown"


@dataclasses.dataclass(frozen=True, kw_only=True)
class EmailLink(Page):
    """What a link can do, by a button; what follows `state` may be empty unless it is ready."""

    template = "email_link"

    kind: EmailLinkKind
    state: EmailLinkState
    email_masked: str = ""
    expires_at: datetime.datetime | None = None

"""Contexts that pages are drawn from: a frozen class per page, so that a missing field is a `TypeError`."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar

from wire.permissions import Permission, PortalPermission


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Viewer:
    """Who is logged in."""

    name: str
    email: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class Page:
    """What every page shows: where it stands, who looks at it, and where help is."""

    template: ClassVar[str]

    page_path: str  # path and query of this page; the language links keep it
    csrf_token: str
    help_email: str
    viewer: Viewer | None = None
    has_mailbox: bool = False  # embedded mode: caught mails can be read at /mailbox
    time_zone: str = "UTC"  # of who looks at the page
    notices: tuple[str, ...] = ()  # translated; what just happened
    # of who looks; they decide which sections are offered
    permissions: frozenset[Permission] | frozenset[PortalPermission] = frozenset()


@dataclasses.dataclass(frozen=True, kw_only=True)
class Form(Page):
    """A page with a form: what was entered (never a password) and what was wrong with it, translated."""

    values: Mapping[str, str] = dataclasses.field(default_factory=dict)
    errors: Mapping[str, str] = dataclasses.field(default_factory=dict)
    problem: str | None = None


class LinkState(StrEnum):
    """What an activation link is good for."""

    READY = "ready"
    USED = "used"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Problem(Page):
    """`code` chooses the words; `is_repeatable` says that loading the page again may help.

    `number` is the HTTP status as the page shows it; none is shown when it is left out. `home_path` and `log_in_path`
    are where it leads back to.
    """

    template = "layout/problem"

    code: str
    request_id: str
    number: int | None = None
    is_repeatable: bool = False
    home_path: str = "/"
    log_in_path: str = "/log-in"


@dataclasses.dataclass(frozen=True, kw_only=True)
class AccountCancelled(Page):
    """The account is cancelled: just now, or as somebody finds out who logs in."""

    template = "layout/account_cancelled"

    is_new: bool = False
    is_paid: bool = False
    is_owner: bool = True


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    state: str
    at: datetime.datetime
    by: str
    note: str

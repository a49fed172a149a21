"""What does each page need to be drawn? A frozen class per page: a missing field is a `TypeError`."""

from __future__ import annotations

import dataclasses
import datetime
import uuid
from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar

from wire.permissions import Permission


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
    permissions: frozenset[Permission] = frozenset()  # of who looks; they decide which sections are offered


@dataclasses.dataclass(frozen=True, kw_only=True)
class Form(Page):
    """A page with a form: what was entered (never a password) and what was wrong with it, translated."""

    values: Mapping[str, str] = dataclasses.field(default_factory=dict)
    errors: Mapping[str, str] = dataclasses.field(default_factory=dict)
    problem: str | None = None


@dataclasses.dataclass(frozen=True, kw_only=True)
class SignUp(Form):
    """Fields: company_name, country, name, email, phone, time_zone."""

    template = "sign_up"


@dataclasses.dataclass(frozen=True, kw_only=True)
class SignUpDone(Page):
    template = "sign_up_done"

    email: str


class LinkState(StrEnum):
    """What an activation link is good for."""

    READY = "ready"
    USED = "used"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Activate(Form):
    """Fields: password, password_repeat. What follows `state` may be empty unless it is ready."""

    template = "activate"

    state: LinkState
    email_masked: str = ""
    expires_at: datetime.datetime | None = None


@dataclasses.dataclass(frozen=True, kw_only=True)
class LogIn(Form):
    """Fields: email, password, is_remembered; `problem` is the one generic refusal."""

    template = "log_in"


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Profile:
    name: str
    email: str
    phone: str | None
    locale: str
    time_zone: str
    role: str
    company_name: str


class BillingState(StrEnum):
    """How much of the billing section can be shown."""

    HIDDEN = "hidden"  # this role sees none
    READY = "ready"
    PREPARING = "preparing"  # the account is so new that billing has not heard of it
    STALE = "stale"  # billing does not answer; the last known figures, if there are any


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Billing:
    plan: str
    status: str
    trial_ends_at: datetime.datetime | None
    as_of: datetime.datetime


@dataclasses.dataclass(frozen=True, kw_only=True)
class Account(Page):
    template = "account"

    profile: Profile
    billing_state: BillingState
    billing: Billing | None
    now: datetime.datetime

    @property
    def days_left(self) -> int:
        """Begun days count: a trial that ends in an hour has one day left."""
        if self.billing is None or self.billing.trial_ends_at is None:
            return 0
        return max(0, -((self.now - self.billing.trial_ends_at) // datetime.timedelta(days=1)))


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Header:
    name: str
    value: str


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Attachment:
    filename: str
    content_type: str
    size: int


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Mail:
    id: uuid.UUID
    to: str
    sender: str
    subject: str
    text: str
    html: str
    headers: tuple[Header, ...]
    attachments: tuple[Attachment, ...]
    caught_at: datetime.datetime


@dataclasses.dataclass(frozen=True, kw_only=True)
class Mailbox(Page):
    """The caught mails, newest first; `selected` is open to be read; `to` is the recipient looked for."""

    template = "mailbox"

    mails: tuple[Mail, ...]
    selected: Mail | None
    to: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Problem(Page):
    """`code` chooses the words; `is_repeatable` says that loading the page again may help.

    `number` is the HTTP status as the page shows it; none is shown when it is left out.
    """

    template = "problem"

    code: str
    request_id: str
    number: int | None = None
    is_repeatable: bool = False


@dataclasses.dataclass(frozen=True, kw_only=True)
class Docs(Page):
    template = "docs"

    openapi_path: str = "/openapi.json"

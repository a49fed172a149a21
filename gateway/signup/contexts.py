"""What the pages of sign-up and activation are drawn from."""

from __future__ import annotations

import dataclasses
import datetime

from gateway.layout.contexts import Form, LinkState, Page


@dataclasses.dataclass(frozen=True, kw_only=True)
class SignUp(Form):
    """Fields: company_name, country, name, email, phone, time_zone."""

    template = "signup/sign_up"


@dataclasses.dataclass(frozen=True, kw_only=True)
class SignUpDone(Page):
    template = "signup/sign_up_done"

    email: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class Activate(Form):
    """Fields: password, password_repeat. What follows `state` may be empty unless it is ready."""

    template = "signup/activate"

    state: LinkState
    email_masked: str = ""
    expires_at: datetime.datetime | None = None

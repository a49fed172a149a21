"""What the pages of passwords are drawn from."""

from __future__ import annotations

import dataclasses
import datetime
from enum import StrEnum

from gateway.layout.contexts import Form, LinkState, Page


@dataclasses.dataclass(frozen=True, kw_only=True)
class ChangePassword(Form):
    """Fields: current_password, new_password, new_password_repeat."""

    template = "passwords/password"


class LinkKind(StrEnum):
    """What the requested email is for."""

    RESET = "reset"
    ACTIVATION = "activation"


@dataclasses.dataclass(frozen=True, kw_only=True)
class LinkRequest(Form):
    """Fields: email."""

    template = "passwords/link_request"

    kind: LinkKind


@dataclasses.dataclass(frozen=True, kw_only=True)
class LinkRequested(Page):
    """The same for every address: who looks at it learns nothing about it."""

    template = "passwords/link_requested"

    kind: LinkKind
    email: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class ResetPassword(Form):
    """Fields: password, password_repeat. What follows `state` may be empty unless it is ready."""

    template = "passwords/reset_password"

    state: LinkState
    email_masked: str = ""
    expires_at: datetime.datetime | None = None

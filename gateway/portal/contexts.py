"""What the pages of a portal are drawn from."""

from __future__ import annotations

import dataclasses
import datetime
from enum import StrEnum

from gateway.layout.contexts import Form, LinkState, Page
from gateway.layout.time_zones import Choices


@dataclasses.dataclass(frozen=True, kw_only=True)
class PortalPage(Page):
    """What every page of a portal shows: whose it is. `must_change_password` leaves one thing to do."""

    slug: str
    portal_name: str
    must_change_password: bool = False


@dataclasses.dataclass(frozen=True, kw_only=True)
class PortalForm(PortalPage, Form):
    """A page of a portal with a form."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class LogIn(PortalForm):
    """Fields: email, password. `is_unverified` is a right password of a contact that has to be activated first."""

    template = "portal/log_in"

    is_unverified: bool = False


@dataclasses.dataclass(frozen=True, kw_only=True)
class Home(PortalPage):
    """What is there for who is logged in."""

    template = "portal/home"


class LinkKind(StrEnum):
    """What the requested email is for."""

    RESET = "reset"
    ACTIVATION = "activation"


@dataclasses.dataclass(frozen=True, kw_only=True)
class LinkRequest(PortalForm):
    """Fields: email."""

    template = "portal/link_request"

    kind: LinkKind


@dataclasses.dataclass(frozen=True, kw_only=True)
class LinkRequested(PortalPage):
    """The same for every address: who looks at it learns nothing about it. Without `email`, it went to the address of
    the link that was replaced."""

    template = "portal/link_requested"

    kind: LinkKind
    email: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class SetPassword(PortalForm):
    """Fields: password, password_repeat. What follows `state` may be empty unless it is ready."""

    template = "portal/set_password"

    state: LinkState
    kind: LinkKind
    email_masked: str = ""
    expires_at: datetime.datetime | None = None


@dataclasses.dataclass(frozen=True, kw_only=True)
class ChangePassword(PortalForm):
    """Fields: current_password, new_password, new_password_repeat."""

    template = "portal/password"


@dataclasses.dataclass(frozen=True, kw_only=True)
class EditProfile(PortalForm):
    """Fields: name, phone, mobile, language, time_zone. `version` is the state that the form was filled from."""

    template = "portal/profile"

    version: int
    emails: tuple[tuple[str, bool, bool], ...]  # address, is primary, is confirmed
    time_zones: Choices

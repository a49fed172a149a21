"""What the pages of two-step login are drawn from."""

from __future__ import annotations

import dataclasses
import datetime
from enum import StrEnum

from markupsafe import Markup

from gateway.layout.contexts import Form, Page


@dataclasses.dataclass(frozen=True, kw_only=True)
class SecondFactor(Form):
    """Whether it is on. Fields, where it is off: current_password."""

    template = "second_factor/second_factor"

    is_on: bool
    confirmed_at: datetime.datetime | None = None
    recovery_codes_left: int = 0


@dataclasses.dataclass(frozen=True, kw_only=True)
class SecondFactorSetUp(Form):
    """Fields: code. The picture holds the address, the address the secret."""

    template = "second_factor/second_factor_set_up"

    qr_code: Markup
    secret: str
    uri: str


class Intent(StrEnum):
    """What the password is needed for."""

    SWITCH_OFF = "switch_off"
    NEW_CODES = "new_codes"


@dataclasses.dataclass(frozen=True, kw_only=True)
class SecondFactorPassword(Form):
    """Fields: current_password."""

    template = "second_factor/second_factor_password"

    intent: Intent


@dataclasses.dataclass(frozen=True, kw_only=True)
class RecoveryCodes(Page):
    """Shown once; `is_first` when they come with switching it on."""

    template = "second_factor/recovery_codes"

    codes: tuple[str, ...]
    is_first: bool

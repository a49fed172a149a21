"""What the pages of logging in are drawn from."""

from __future__ import annotations

import dataclasses

from gateway.layout.contexts import Form


@dataclasses.dataclass(frozen=True, kw_only=True)
class LogIn(Form):
    """Fields: email, password, is_remembered; `problem` is the one generic refusal."""

    template = "login/log_in"


@dataclasses.dataclass(frozen=True, kw_only=True)
class LogInCode(Form):
    """Fields: code. The second step of a log-in; `is_remembered` is what was chosen in the first."""

    template = "login/log_in_code"

    is_remembered: bool = False

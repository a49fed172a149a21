"""Samples of the pages of logging in."""

from __future__ import annotations

from gateway import texts
from gateway.layout.contexts import Page
from gateway.login.contexts import LogIn, LogInCode
from tests.browser.sample_people import EMAIL, common


def pages(locale: str) -> dict[str, Page]:
    return {
        "log_in": LogIn(**common(locale, "/log-in")),
        "log_in-refused": LogIn(
            **common(locale, "/log-in"),
            values={"email": EMAIL},
            problem=texts.detail("invalid_credentials", locale),
        ),
        "log_in_code": LogInCode(**common(locale, "/log-in/code")),
        "log_in_code-errors": LogInCode(
            **common(locale, "/log-in/code"),
            errors={"code": texts.detail("totp_incorrect", locale)},
            is_remembered=True,
        ),
    }

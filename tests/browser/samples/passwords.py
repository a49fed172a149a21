"""Samples of the pages of passwords."""

from __future__ import annotations

import datetime

from gateway import texts
from gateway.layout.contexts import LinkState, Page
from gateway.passwords.contexts import ChangePassword, LinkKind, LinkRequest, LinkRequested, ResetPassword
from tests.browser.sample_people import EMAIL, NOW, common

MASKED = "g•••@harbour-and-sons.example"
SOON = NOW + datetime.timedelta(minutes=30)


def pages(locale: str) -> dict[str, Page]:
    errors = {
        "current_password": texts.detail("password_incorrect", locale),
        "new_password": texts.detail("password_too_common", locale),
    }
    resets = {
        f"reset_password-{state}": ResetPassword(
            **common(locale, "/reset-password"), state=state, email_masked=MASKED, expires_at=SOON
        )
        for state in LinkState
    }
    kinds = {
        f"link_request-{kind}": LinkRequest(**common(locale, "/forgot-password"), kind=kind)
        for kind in LinkKind
    }
    sent = {
        f"link_requested-{kind}": LinkRequested(**common(locale, "/forgot-password"), kind=kind, email=EMAIL)
        for kind in LinkKind
    }
    return {
        "password": ChangePassword(**common(locale, "/account/password", is_logged_in=True)),
        "password-errors": ChangePassword(
            **common(locale, "/account/password", is_logged_in=True), errors=errors
        ),
        **resets,
        **kinds,
        **sent,
    }

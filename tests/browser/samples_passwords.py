"""What do the pages about passwords show in each of their states?"""

from __future__ import annotations

import datetime
from typing import Any

from gateway import texts
from gateway.layout.contexts import LinkState, Page
from gateway.passwords import contexts
from gateway.passwords.contexts import LinkKind
from tests.browser.sample_people import EMAIL, NOW, common

# Said by these samples, not by the pages: the same in every language.
SAME_EVERYWHERE: frozenset[str] = frozenset()
MASKED = "g•••@harbour-and-sons.example"
SOON = NOW + datetime.timedelta(minutes=30)


def inside(locale: str, path: str) -> dict[str, Any]:
    """What a page of the account area gets when the owner looks at it."""
    return common(locale, path, is_logged_in=True)


def _passwords(locale: str) -> dict[str, Page]:
    errors = {
        "current_password": texts.detail("password_incorrect", locale),
        "new_password": texts.detail("password_too_common", locale),
    }
    resets = {
        f"reset_password-{state}": contexts.ResetPassword(
            **common(locale, "/reset-password"), state=state, email_masked=MASKED, expires_at=SOON
        )
        for state in LinkState
    }
    kinds = {
        f"link_request-{kind}": contexts.LinkRequest(**common(locale, "/forgot-password"), kind=kind)
        for kind in LinkKind
    }
    sent = {
        f"link_requested-{kind}": contexts.LinkRequested(
            **common(locale, "/forgot-password"), kind=kind, email=EMAIL
        )
        for kind in LinkKind
    }
    return {
        "password": contexts.ChangePassword(**inside(locale, "/account/password")),
        "password-errors": contexts.ChangePassword(**inside(locale, "/account/password"), errors=errors),
        **resets,
        **kinds,
        **sent,
    }


def pages(locale: str) -> dict[str, Page]:
    return {**_passwords(locale)}

"""Samples of the pages of email address changes."""

from __future__ import annotations

import datetime

from gateway import texts
from gateway.email_changes.contexts import (
    EmailAddress,
    EmailLink,
    EmailLinkKind,
    EmailLinkState,
    PendingChange,
)
from gateway.layout.contexts import Page
from tests.browser.sample_people import EMAIL, NOW, common

NEW_EMAIL = "grace@harbour.example"


def pages(locale: str) -> dict[str, Page]:
    shown = {**common(locale, "/account/email", is_logged_in=True), "email": EMAIL}
    pending = PendingChange(
        new_email=NEW_EMAIL, requested_at=NOW, expires_at=NOW + datetime.timedelta(hours=1)
    )
    links = {
        f"email_link-{kind}-{state}": EmailLink(
            **common(locale, "/email-change"),
            kind=kind,
            state=state,
            email_masked="g•••@harbour.example",
            expires_at=NOW + datetime.timedelta(hours=1),
        )
        for kind in EmailLinkKind
        for state in EmailLinkState
    }
    return {
        "email_address": EmailAddress(**shown),
        "email_address-errors": EmailAddress(
            **shown,
            values={"email": EMAIL},
            errors={
                "email": texts.detail("email_unchanged", locale),
                "current_password": texts.detail("password_incorrect", locale),
            },
        ),
        "email_address-pending": EmailAddress(**shown, pending=pending),
        **links,
    }

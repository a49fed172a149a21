"""Samples of the pages of an account's settings."""

from __future__ import annotations

from gateway import texts
from gateway.account_settings.contexts import EmailNotifications, PortalSettings
from gateway.layout.contexts import Page
from tests.browser.sample_people import common


def pages(locale: str) -> dict[str, Page]:
    mails = common(locale, "/admin/workflows/email-notifications", is_logged_in=True)
    portal = common(locale, "/admin/channels/portals/settings", is_logged_in=True)
    return {
        "email_notifications": EmailNotifications(
            **mails, version=1, values={"user_activation_email": "yes"}
        ),
        "email_notifications-stale": EmailNotifications(
            **mails, version=2, values={}, problem=texts.detail("version_stale", locale)
        ),
        "portal_settings": PortalSettings(
            **portal, version=1, slug="harbour-and-sons", values={"ticket_submission": "anyone"}
        ),
        "portal_settings-no-address": PortalSettings(
            **portal, version=1, slug="", values={"ticket_submission": "logged_in"}
        ),
    }

"""What the pages of an account's settings are drawn from."""

from __future__ import annotations

import dataclasses

from gateway.layout.contexts import Form


@dataclasses.dataclass(frozen=True, kw_only=True)
class EmailNotifications(Form):
    """Fields: user_activation_email. `version` is the state that the form was filled from."""

    template = "account_settings/email_notifications"

    version: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class PortalSettings(Form):
    """Fields: ticket_submission. `slug` is the last part of the portal's address."""

    template = "account_settings/portal_settings"

    version: int
    slug: str

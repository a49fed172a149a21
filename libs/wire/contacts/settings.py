"""Settings of an account that its contacts notice: which mails they get, and what the portal lets them do."""

from __future__ import annotations

from enum import StrEnum

from wire.contract import message
from wire.values import Version


class TicketSubmission(StrEnum):
    """Who can submit a new ticket at the portal."""

    ANYONE = "anyone"
    LOGGED_IN = "logged_in"


@message
class GetSettings:
    """Those of the account."""


@message
class NotificationSettings:
    """`user_activation_email` says whether a new contact gets the activation mail by itself."""

    user_activation_email: bool
    version: int


@message
class UpdateNotificationSettings:
    """What is not given stays. Switched off, what waits to be sent by itself is not sent any more."""

    user_activation_email: bool | None = None
    version: Version | None = None


@message
class PortalSettings:
    """`slug` is the portal's address, changed with the account's data."""

    ticket_submission: TicketSubmission
    slug: str
    version: int


@message
class UpdatePortalSettings:
    """What is not given stays."""

    ticket_submission: TicketSubmission | None = None
    version: Version | None = None


@message
class SettingsUpdated:
    """The settings of the portal and of notifications, as they are now."""

    user_activation_email: bool
    ticket_submission: TicketSubmission

"""Request bodies of the account's settings."""

from __future__ import annotations

from wire.contacts.settings import TicketSubmission
from wire.contract import message


@message
class NotificationSettingsChange:
    """What is not given stays."""

    user_activation_email: bool | None = None


@message
class PortalSettingsChange:
    """What is not given stays."""

    ticket_submission: TicketSubmission | None = None

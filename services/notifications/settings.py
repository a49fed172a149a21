"""The settings of the notifications service."""

from __future__ import annotations

import dataclasses
import functools

from chassis.settings import setting
from notifications.urls import Urls

CAUGHT = "caught:"


@dataclasses.dataclass(frozen=True, kw_only=True)
class NotificationsSettings:
    """`smtp_url` is `smtp://…`, `smtps://…`, or `caught:` to keep every mail for the mailbox page."""

    smtp_url: str = setting("FRONTDESK_SMTP_URL", default=CAUGHT)
    public_url: str = setting("FRONTDESK_PUBLIC_URL", default="http://127.0.0.1:8000")
    product_name: str = setting("FRONTDESK_PRODUCT_NAME", default="Frontdesk")
    sender_address: str = setting("FRONTDESK_SENDER_ADDRESS", default="no-reply@frontdesk.example")
    help_address: str = setting("FRONTDESK_HELP_ADDRESS", default="help@frontdesk.example")

    @property
    def is_caught(self) -> bool:
        return self.smtp_url.startswith(CAUGHT)

    @functools.cached_property
    def urls(self) -> Urls:
        return Urls(self.public_url)

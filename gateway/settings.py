"""Which settings does the gateway read?"""

from __future__ import annotations

import dataclasses
from functools import cache

from chassis import settings
from chassis.settings import setting


@dataclasses.dataclass(frozen=True, kw_only=True)
class GatewaySettings:
    """`key` signs form tokens; links and cookies follow the scheme of `public_url`."""

    key: str = setting("FRONTDESK_GATEWAY_KEY")
    public_url: str = setting("FRONTDESK_PUBLIC_URL", default="http://127.0.0.1:8000")
    help_address: str = setting("FRONTDESK_HELP_ADDRESS", default="help@frontdesk.example")
    smtp_url: str = setting("FRONTDESK_SMTP_URL", default="caught:")
    identity_cache_seconds: float = setting("FRONTDESK_IDENTITY_CACHE_SECONDS", default=30.0)

    @property
    def is_secure(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def has_mailbox(self) -> bool:
        return self.smtp_url.startswith("caught:")


@cache
def chosen() -> GatewaySettings:
    """The gateway's settings, read once."""
    return settings.read(GatewaySettings)

"""Settings of the gateway."""

from __future__ import annotations

import dataclasses
from functools import cache

from chassis import settings
from chassis.settings import SettingsError, setting

# Nobody is slowed down when they guess it: it must be too long to be guessed.
SUPPORT_TOKEN_LENGTH_MIN = 32


@dataclasses.dataclass(frozen=True, kw_only=True)
class GatewaySettings:
    """`key` signs form tokens; links and cookies follow the scheme of `public_url`. Without a `support_token` nobody is
    support. `requests_per_minute` is what one account may ask of one gateway process; 0 is no limit."""

    key: str = setting("FRONTDESK_GATEWAY_KEY")
    public_url: str = setting("FRONTDESK_PUBLIC_URL", default="http://127.0.0.1:8000")
    help_address: str = setting("FRONTDESK_HELP_ADDRESS", default="help@frontdesk.example")
    smtp_url: str = setting("FRONTDESK_SMTP_URL", default="caught:")
    support_token: str = setting("FRONTDESK_SUPPORT_TOKEN", default="")
    requests_per_minute: int = setting("FRONTDESK_REQUESTS_PER_MINUTE", default=1200)
    identity_cache_seconds: float = setting("FRONTDESK_IDENTITY_CACHE_SECONDS", default=30.0)

    def __post_init__(self) -> None:
        if self.support_token and len(self.support_token) < SUPPORT_TOKEN_LENGTH_MIN:
            raise SettingsError(
                f"settings: support_token must have at least {SUPPORT_TOKEN_LENGTH_MIN} characters"
            )

    @property
    def is_secure(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def has_mailbox(self) -> bool:
        return self.smtp_url.startswith("caught:")


@cache
def gateway_settings() -> GatewaySettings:
    """The gateway's settings, read once."""
    return settings.read(GatewaySettings)

"""Which settings does the accounts service read?"""

from __future__ import annotations

import dataclasses

from chassis.settings import SettingsError, setting

KEY_LENGTH_MIN = 32


@dataclasses.dataclass(frozen=True, kw_only=True)
class AccountsSettings:
    """Times are in the unit that their names say; keys are secrets of at least 32 characters."""

    token_key: str = setting("FRONTDESK_ACCOUNTS_TOKEN_KEY")
    pepper: str = setting("FRONTDESK_ACCOUNTS_PEPPER")
    trial_days: int = setting("FRONTDESK_TRIAL_DAYS", default=15)
    activation_hours: int = setting("FRONTDESK_ACTIVATION_HOURS", default=72)
    session_idle_minutes: int = setting("FRONTDESK_SESSION_IDLE_MINUTES", default=30)
    session_hours: int = setting("FRONTDESK_SESSION_HOURS", default=12)

    def __post_init__(self) -> None:
        for name in ("token_key", "pepper"):
            if len(getattr(self, name)) < KEY_LENGTH_MIN:
                raise SettingsError(f"settings: {name} must have at least {KEY_LENGTH_MIN} characters")

"""Settings of the accounts service."""

from __future__ import annotations

import dataclasses
import datetime

from chassis.settings import SettingsError, setting
from identity.limits import Limits

KEY_LENGTH_MIN = 32


@dataclasses.dataclass(frozen=True, kw_only=True)
class AccountsSettings(Limits):
    """Times are in the unit that their names say; keys are secrets of at least 32 characters.

    `older_pepper` is the one before, for as long as passwords are kept under it; `older_token_key` likewise, for
    secrets of second factors and recovery codes. `even_milliseconds` is the step to
    which answers are held that must not tell who is known; 0 is for tests that show what it is good for.
    """

    token_key: str = setting("FRONTDESK_ACCOUNTS_TOKEN_KEY")
    older_token_key: str = setting("FRONTDESK_ACCOUNTS_OLDER_TOKEN_KEY", default="")
    pepper: str = setting("FRONTDESK_ACCOUNTS_PEPPER")
    older_pepper: str = setting("FRONTDESK_ACCOUNTS_OLDER_PEPPER", default="")
    even_milliseconds: int = setting("FRONTDESK_EVEN_MILLISECONDS", default=100)
    trial_days: int = setting("FRONTDESK_TRIAL_DAYS", default=15)
    trial_users_max: int = setting("FRONTDESK_TRIAL_USERS_MAX", default=500)
    activation_hours: int = setting("FRONTDESK_ACTIVATION_HOURS", default=72)
    reset_minutes: int = setting("FRONTDESK_RESET_MINUTES", default=30)
    self_service_return_days: int = setting("FRONTDESK_SELF_SERVICE_RETURN_DAYS", default=0)
    session_idle_minutes: int = setting("FRONTDESK_SESSION_IDLE_MINUTES", default=30)
    session_hours: int = setting("FRONTDESK_SESSION_HOURS", default=12)

    remembered_days: int = setting("FRONTDESK_SESSION_REMEMBERED_DAYS", default=30)

    @property
    def encryption_keys(self) -> tuple[str, ...]:
        """The keys that open what is kept encrypted; the first is the one to seal with."""
        return (self.token_key, self.older_token_key) if self.older_token_key else (self.token_key,)

    @property
    def session_life(self) -> datetime.timedelta:
        return datetime.timedelta(hours=self.session_hours)

    @property
    def session_idle(self) -> datetime.timedelta:
        return datetime.timedelta(minutes=self.session_idle_minutes)

    @property
    def remembered_life(self) -> datetime.timedelta:
        return datetime.timedelta(days=self.remembered_days)

    def __post_init__(self) -> None:
        for name in ("token_key", "pepper", "older_token_key", "older_pepper"):
            is_absent = name.startswith("older") and not getattr(self, name)
            if len(getattr(self, name)) < KEY_LENGTH_MIN and not is_absent:
                raise SettingsError(f"settings: {name} must have at least {KEY_LENGTH_MIN} characters")

"""Settings of a service in which people log in."""

from __future__ import annotations

import dataclasses
import datetime

from chassis.settings import SettingsError, setting
from identity.limits import Limits

KEY_LENGTH_MIN = 32
KEYS = ("token_key", "pepper", "older_token_key", "older_pepper")


@dataclasses.dataclass(frozen=True, kw_only=True)
class IdentitySettings(Limits):
    """Times are in the unit that their names say; keys are secrets of at least 32 characters, and each service's own:
    its class says from which variables they are read.

    `older_pepper` is the one before, for as long as passwords are kept under it; `older_token_key` likewise, for what
    is kept encrypted. `even_milliseconds` is the step to which answers are held that must not tell who is known; 0 is
    for tests that show what it is good for.
    """

    token_key: str
    older_token_key: str
    pepper: str
    older_pepper: str
    even_milliseconds: int = setting("FRONTDESK_EVEN_MILLISECONDS", default=100)
    activation_hours: int = setting("FRONTDESK_ACTIVATION_HOURS", default=72)
    reset_minutes: int = setting("FRONTDESK_RESET_MINUTES", default=30)
    session_idle_minutes: int = setting("FRONTDESK_SESSION_IDLE_MINUTES", default=30)
    session_hours: int = setting("FRONTDESK_SESSION_HOURS", default=12)

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

    def __post_init__(self) -> None:
        for name in KEYS:
            is_absent = name.startswith("older") and not getattr(self, name)
            if len(getattr(self, name)) < KEY_LENGTH_MIN and not is_absent:
                raise SettingsError(f"settings: {name} must have at least {KEY_LENGTH_MIN} characters")

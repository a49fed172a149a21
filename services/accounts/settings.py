"""Settings of the accounts service."""

from __future__ import annotations

import dataclasses
import datetime

from chassis.settings import setting
from identity.settings import IdentitySettings


@dataclasses.dataclass(frozen=True, kw_only=True)
class AccountsSettings(IdentitySettings):
    """Times are in the unit that their names say."""

    token_key: str = setting("FRONTDESK_ACCOUNTS_TOKEN_KEY")
    older_token_key: str = setting("FRONTDESK_ACCOUNTS_OLDER_TOKEN_KEY", default="")
    pepper: str = setting("FRONTDESK_ACCOUNTS_PEPPER")
    older_pepper: str = setting("FRONTDESK_ACCOUNTS_OLDER_PEPPER", default="")
    trial_days: int = setting("FRONTDESK_TRIAL_DAYS", default=15)
    trial_users_max: int = setting("FRONTDESK_TRIAL_USERS_MAX", default=500)
    self_service_return_days: int = setting("FRONTDESK_SELF_SERVICE_RETURN_DAYS", default=0)
    remembered_days: int = setting("FRONTDESK_SESSION_REMEMBERED_DAYS", default=30)

    @property
    def remembered_life(self) -> datetime.timedelta:
        return datetime.timedelta(days=self.remembered_days)

"""Settings of the contacts service."""

from __future__ import annotations

import dataclasses
import datetime

from chassis.settings import setting
from identity.settings import IdentitySettings


@dataclasses.dataclass(frozen=True, kw_only=True)
class ContactsSettings(IdentitySettings):
    """Times are in the unit that their names say; 0 mails per hour is no limit."""

    token_key: str = setting("FRONTDESK_CONTACTS_TOKEN_KEY")
    older_token_key: str = setting("FRONTDESK_CONTACTS_OLDER_TOKEN_KEY", default="")
    pepper: str = setting("FRONTDESK_CONTACTS_PEPPER")
    older_pepper: str = setting("FRONTDESK_CONTACTS_OLDER_PEPPER", default="")
    activation_cool_down_seconds: int = setting("FRONTDESK_ACTIVATION_COOL_DOWN_SECONDS", default=60)
    mails_per_hour: int = setting("FRONTDESK_MAILS_PER_HOUR", default=0)

    @property
    def activation_life(self) -> datetime.timedelta:
        return datetime.timedelta(hours=self.activation_hours)

    @property
    def activation_cool_down(self) -> datetime.timedelta:
        return datetime.timedelta(seconds=self.activation_cool_down_seconds)

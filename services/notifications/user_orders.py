"""Which mails go out about a user's place in an account and their second factor?"""

from __future__ import annotations

import datetime

from chassis.events import Received
from notifications.addressing import to_user
from notifications.catalogue import Datum, Link
from notifications.mail_queue import Order
from wire.accounts.activation import UserActivationRequested
from wire.accounts.second_factor import RecoveryCodeUsed, SecondFactorDisabled, SecondFactorEnabled
from wire.accounts.tenancy import User
from wire.accounts.users import UserInvitedElsewhere

Data = dict[str, Datum]


def invitation(event: Received[UserActivationRequested]) -> Order:
    said = event.data
    data: Data = {
        "invited_by": said.invited_by,
        "company_name": said.company_name,
        "expires_at": said.expires_at.isoformat(),
        "time_zone": said.user.time_zone,
    }
    return to_user(event, "user_invitation", said.user, data, secret_id=said.link_id)


def invitation_elsewhere(event: Received[UserInvitedElsewhere], *, log_in_link: Link) -> Order:
    """To whom the address belongs, at the address that was invited."""
    said = event.data
    data: Data = {
        "invited_by": said.invited_by,
        "company_name": said.company_name,
        "log_in_link": log_in_link,
    }
    return to_user(event, "invitation_elsewhere", said.user, data, to=said.email)


def second_factor_enabled(event: Received[SecondFactorEnabled], *, second_factor_link: Link) -> Order:
    said = event.data
    data = _told("enabled_at", said.enabled_at, said.user, second_factor_link)
    return to_user(event, "second_factor_enabled", said.user, data)


def second_factor_disabled(event: Received[SecondFactorDisabled], *, second_factor_link: Link) -> Order:
    said = event.data
    data = _told("disabled_at", said.disabled_at, said.user, second_factor_link)
    return to_user(event, "second_factor_disabled", said.user, data)


def recovery_code_used(event: Received[RecoveryCodeUsed], *, second_factor_link: Link) -> Order:
    said = event.data
    data = _told("used_at", said.used_at, said.user, second_factor_link)
    left: Data = {"codes_left": said.recovery_codes_left}
    return to_user(event, "recovery_code_used", said.user, {**data, **left})


def _told(name: str, at: datetime.datetime, user: User, second_factor_link: Link) -> Data:
    return {
        name: at.isoformat(),
        "second_factor_link": second_factor_link,
        "time_zone": user.time_zone,
    }

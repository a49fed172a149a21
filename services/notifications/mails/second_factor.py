"""Mails about the second factor and its recovery codes."""

from __future__ import annotations

import dataclasses
import datetime

from chassis.events import Received
from notifications.mails.base import Mail, Props, TimeZone
from notifications.mails.outgoing import OutgoingMail, to_user
from notifications.urls import Url, Urls
from wire.accounts.second_factor import RecoveryCodeUsed, SecondFactorDisabled, SecondFactorEnabled


@dataclasses.dataclass(frozen=True, kw_only=True)
class SecondFactorEnabledProps(Props):
    """Somebody switched on the second factor of this user."""

    enabled_at: datetime.datetime
    second_factor_link: Url
    time_zone: TimeZone


SECOND_FACTOR_ENABLED = Mail(name="second_factor_enabled", props=SecondFactorEnabledProps, is_security=True)


def second_factor_enabled(event: Received[SecondFactorEnabled], urls: Urls) -> OutgoingMail:
    user = event.data.user
    props = SecondFactorEnabledProps(
        name=user.name,
        enabled_at=event.data.enabled_at,
        second_factor_link=urls.second_factor(),
        time_zone=TimeZone(user.time_zone),
    )
    return to_user(event, SECOND_FACTOR_ENABLED, user, props)


@dataclasses.dataclass(frozen=True, kw_only=True)
class SecondFactorDisabledProps(Props):
    """Somebody switched off the second factor of this user."""

    disabled_at: datetime.datetime
    second_factor_link: Url
    time_zone: TimeZone


SECOND_FACTOR_DISABLED = Mail(
    name="second_factor_disabled", props=SecondFactorDisabledProps, is_security=True
)


def second_factor_disabled(event: Received[SecondFactorDisabled], urls: Urls) -> OutgoingMail:
    user = event.data.user
    props = SecondFactorDisabledProps(
        name=user.name,
        disabled_at=event.data.disabled_at,
        second_factor_link=urls.second_factor(),
        time_zone=TimeZone(user.time_zone),
    )
    return to_user(event, SECOND_FACTOR_DISABLED, user, props)


@dataclasses.dataclass(frozen=True, kw_only=True)
class RecoveryCodeUsedProps(Props):
    """Somebody logged in as this user with a recovery code."""

    used_at: datetime.datetime
    codes_left: int
    second_factor_link: Url
    time_zone: TimeZone


RECOVERY_CODE_USED = Mail(name="recovery_code_used", props=RecoveryCodeUsedProps, is_security=True)


def recovery_code_used(event: Received[RecoveryCodeUsed], urls: Urls) -> OutgoingMail:
    user = event.data.user
    props = RecoveryCodeUsedProps(
        name=user.name,
        used_at=event.data.used_at,
        codes_left=event.data.recovery_codes_left,
        second_factor_link=urls.second_factor(),
        time_zone=TimeZone(user.time_zone),
    )
    return to_user(event, RECOVERY_CODE_USED, user, props)


MAILS = (SECOND_FACTOR_ENABLED, SECOND_FACTOR_DISABLED, RECOVERY_CODE_USED)

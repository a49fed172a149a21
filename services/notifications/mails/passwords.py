"""Mails about passwords: the reset link, and the notice of a changed password."""

from __future__ import annotations

import dataclasses
import datetime

from chassis.events import Received
from notifications.mails.base import LINK_TO_COME, Mail, Props, TimeZone
from notifications.mails.outgoing import OutgoingMail, to_user
from notifications.urls import Url, Urls
from wire.accounts.passwords import PasswordChanged, PasswordResetRequested


@dataclasses.dataclass(frozen=True, kw_only=True)
class PasswordResetProps(Props):
    """Somebody forgot the password of this user: the link sets a new one."""

    link: Url = LINK_TO_COME
    expires_at: datetime.datetime
    time_zone: TimeZone


PASSWORD_RESET = Mail(
    name="password_reset", props=PasswordResetProps, is_security=True, token_url=Urls.password_reset
)


def password_reset(event: Received[PasswordResetRequested]) -> OutgoingMail:
    user = event.data.user
    props = PasswordResetProps(
        name=user.name, expires_at=event.data.expires_at, time_zone=TimeZone(user.time_zone)
    )
    return to_user(event, PASSWORD_RESET, user, props, secret_id=event.data.link_id)


@dataclasses.dataclass(frozen=True, kw_only=True)
class PasswordNoticeProps(Props):
    """This user has a new password, for whatever reason."""

    changed_at: datetime.datetime
    reset_link: Url
    time_zone: TimeZone


PASSWORD_NOTICE = Mail(name="password_notice", props=PasswordNoticeProps, is_security=True)


def password_notice(event: Received[PasswordChanged], urls: Urls) -> OutgoingMail:
    user = event.data.user
    props = PasswordNoticeProps(
        name=user.name,
        changed_at=event.data.changed_at,
        reset_link=urls.forgot_password(),
        time_zone=TimeZone(user.time_zone),
    )
    return to_user(event, PASSWORD_NOTICE, user, props)


MAILS = (PASSWORD_RESET, PASSWORD_NOTICE)

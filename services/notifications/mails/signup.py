"""Mails about signing up and activating the first login."""

from __future__ import annotations

import dataclasses
import datetime

from chassis.events import Received
from notifications.mails.base import LINK_TO_COME, Mail, Props, TimeZone
from notifications.mails.outgoing import OutgoingMail, to_user
from notifications.urls import Url, Urls
from wire.accounts.activation import UserActivationRequested
from wire.accounts.signup import SignUpRepeated


@dataclasses.dataclass(frozen=True, kw_only=True)
class OwnerActivationProps(Props):
    """Somebody signed up: the link sets the owner's password."""

    company_name: str
    link: Url = LINK_TO_COME
    expires_at: datetime.datetime
    time_zone: TimeZone


OWNER_ACTIVATION = Mail(
    name="owner_activation", props=OwnerActivationProps, is_security=True, token_url=Urls.activation
)


def owner_activation(event: Received[UserActivationRequested]) -> OutgoingMail:
    payload = event.data
    props = OwnerActivationProps(
        name=payload.user.name,
        company_name=payload.company_name,
        expires_at=payload.expires_at,
        time_zone=TimeZone(payload.user.time_zone),
    )
    return to_user(event, OWNER_ACTIVATION, payload.user, props, secret_id=payload.link_id)


@dataclasses.dataclass(frozen=True, kw_only=True)
class SignUpRepeatedProps(Props):
    """Somebody signed up with an address that has a user already; only this mail says so."""

    log_in_link: Url


SIGN_UP_REPEATED = Mail(name="sign_up_repeated", props=SignUpRepeatedProps, is_security=True)


def sign_up_repeated(event: Received[SignUpRepeated], urls: Urls) -> OutgoingMail:
    user = event.data.user
    props = SignUpRepeatedProps(name=user.name, log_in_link=urls.log_in())
    return to_user(event, SIGN_UP_REPEATED, user, props)


MAILS = (OWNER_ACTIVATION, SIGN_UP_REPEATED)

"""Mails that invite a user into an account."""

from __future__ import annotations

import dataclasses
import datetime

from chassis.events import Received
from notifications.mails.base import LINK_TO_COME, Mail, Props, TimeZone
from notifications.mails.outgoing import OutgoingMail, to_user
from notifications.urls import Url, Urls
from wire.accounts.activation import UserActivationRequested
from wire.accounts.users import UserInvitedElsewhere


@dataclasses.dataclass(frozen=True, kw_only=True)
class UserInvitationProps(Props):
    """Somebody invited this user into an account: the link sets the user's password."""

    invited_by: str
    company_name: str
    link: Url = LINK_TO_COME
    expires_at: datetime.datetime
    time_zone: TimeZone


USER_INVITATION = Mail(
    name="user_invitation", props=UserInvitationProps, is_security=True, token_url=Urls.activation
)


def user_invitation(event: Received[UserActivationRequested]) -> OutgoingMail:
    payload = event.data
    props = UserInvitationProps(
        name=payload.user.name,
        invited_by=payload.invited_by or "",
        company_name=payload.company_name,
        expires_at=payload.expires_at,
        time_zone=TimeZone(payload.user.time_zone),
    )
    return to_user(event, USER_INVITATION, payload.user, props, secret_id=payload.link_id)


@dataclasses.dataclass(frozen=True, kw_only=True)
class InvitationElsewhereProps(Props):
    """Somebody invited an address that has a user in another account; only this mail says so."""

    invited_by: str
    company_name: str
    log_in_link: Url


INVITATION_ELSEWHERE = Mail(name="invitation_elsewhere", props=InvitationElsewhereProps, is_security=True)


def invitation_elsewhere(event: Received[UserInvitedElsewhere], urls: Urls) -> OutgoingMail:
    """To whom the address belongs, at the address that was invited."""
    payload = event.data
    props = InvitationElsewhereProps(
        name=payload.user.name,
        invited_by=payload.invited_by,
        company_name=payload.company_name,
        log_in_link=urls.log_in(),
    )
    return to_user(event, INVITATION_ELSEWHERE, payload.user, props, email=payload.email)


MAILS = (USER_INVITATION, INVITATION_ELSEWHERE)

"""Mails about a changed email address: the link goes to the new mailbox, every notice to the old one."""

from __future__ import annotations

import dataclasses
import datetime

from chassis.events import Received
from notifications.mails.base import LINK_TO_COME, Mail, Props, TimeZone
from notifications.mails.outgoing import OutgoingMail, to_user
from notifications.urls import Url, Urls
from wire.accounts.email_changes import (
    EmailChangeContested,
    EmailChanged,
    EmailChangeRequested,
    EmailChangeUndone,
)


@dataclasses.dataclass(frozen=True, kw_only=True)
class EmailChangeConfirmProps(Props):
    """To the new address: the link makes it the user's."""

    link: Url = LINK_TO_COME
    expires_at: datetime.datetime
    time_zone: TimeZone


EMAIL_CHANGE_CONFIRM = Mail(
    name="email_change_confirm", props=EmailChangeConfirmProps, is_security=True, token_url=Urls.email_change
)


def email_change_confirm(event: Received[EmailChangeRequested]) -> OutgoingMail:
    """One whose token is dead, which is that to somebody else's address, is not sent at all."""
    payload = event.data
    props = EmailChangeConfirmProps(
        name=payload.user.name, expires_at=payload.expires_at, time_zone=TimeZone(payload.user.time_zone)
    )
    return to_user(
        event,
        EMAIL_CHANGE_CONFIRM,
        payload.user,
        props,
        email=payload.new_email,
        secret_id=payload.link_id,
    )


@dataclasses.dataclass(frozen=True, kw_only=True)
class EmailChangeRequestedProps(Props):
    """To the old address: a change was asked for."""

    new_email: str
    requested_at: datetime.datetime
    email_link: Url
    time_zone: TimeZone


EMAIL_CHANGE_REQUESTED = Mail(
    name="email_change_requested", props=EmailChangeRequestedProps, is_security=True
)


def email_change_requested(event: Received[EmailChangeRequested], urls: Urls) -> OutgoingMail:
    user = event.data.user
    props = EmailChangeRequestedProps(
        name=user.name,
        new_email=event.data.new_email,
        requested_at=event.time,
        email_link=urls.email_address(),
        time_zone=TimeZone(user.time_zone),
    )
    return to_user(event, EMAIL_CHANGE_REQUESTED, user, props)


@dataclasses.dataclass(frozen=True, kw_only=True)
class EmailChangedProps(Props):
    """To the old address: it was changed, and the link takes it back."""

    new_email: str
    changed_at: datetime.datetime
    link: Url = LINK_TO_COME
    undo_until: datetime.datetime
    time_zone: TimeZone


EMAIL_CHANGED = Mail(
    name="email_changed", props=EmailChangedProps, is_security=True, token_url=Urls.email_change_undo
)


def email_changed(event: Received[EmailChanged]) -> OutgoingMail:
    """The link to undo it goes to the old address alone."""
    payload = event.data
    props = EmailChangedProps(
        name=payload.user.name,
        new_email=payload.user.email,
        changed_at=event.time,
        undo_until=payload.undo_until,
        time_zone=TimeZone(payload.user.time_zone),
    )
    return to_user(
        event,
        EMAIL_CHANGED,
        payload.user,
        props,
        email=payload.old_email,
        secret_id=payload.undo_link_id,
    )


@dataclasses.dataclass(frozen=True, kw_only=True)
class EmailChangeContestedProps(Props):
    """To the holder of an address that another user wanted; only this mail says so."""

    log_in_link: Url


EMAIL_CHANGE_CONTESTED = Mail(
    name="email_change_contested", props=EmailChangeContestedProps, is_security=True
)


def email_change_contested(event: Received[EmailChangeContested], urls: Urls) -> OutgoingMail:
    user = event.data.user
    props = EmailChangeContestedProps(name=user.name, log_in_link=urls.log_in())
    return to_user(event, EMAIL_CHANGE_CONTESTED, user, props, email=event.data.email)


@dataclasses.dataclass(frozen=True, kw_only=True)
class EmailChangeUndoneProps(Props):
    """To the old address: it is the user's again."""

    abandoned_email: str
    undone_at: datetime.datetime
    reset_link: Url
    time_zone: TimeZone


EMAIL_CHANGE_UNDONE = Mail(name="email_change_undone", props=EmailChangeUndoneProps, is_security=True)


def email_change_undone(event: Received[EmailChangeUndone], urls: Urls) -> OutgoingMail:
    user = event.data.user
    props = EmailChangeUndoneProps(
        name=user.name,
        abandoned_email=event.data.abandoned_email,
        undone_at=event.time,
        reset_link=urls.forgot_password(),
        time_zone=TimeZone(user.time_zone),
    )
    return to_user(event, EMAIL_CHANGE_UNDONE, user, props)


MAILS = (
    EMAIL_CHANGE_CONFIRM,
    EMAIL_CHANGE_REQUESTED,
    EMAIL_CHANGED,
    EMAIL_CHANGE_CONTESTED,
    EMAIL_CHANGE_UNDONE,
)

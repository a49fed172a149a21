"""Mails on the passwords of an account's contacts: reset, set by an admin, changed."""

from __future__ import annotations

import dataclasses
import datetime

from chassis.events import Received
from notifications.mails.base import LINK_TO_COME, Mail, Props, TimeZone
from notifications.mails.outgoing import OutgoingMail, to_contact
from notifications.urls import PortalUrls, Url, Urls
from wire.contacts.portal import (
    ContactPasswordChanged,
    ContactPasswordResetRequested,
    ContactPasswordSetByAdmin,
)


@dataclasses.dataclass(frozen=True, kw_only=True)
class ContactPasswordResetProps(Props):
    """The contact, or somebody else, asked for a new password for the portal."""

    company_name: str
    portal_slug: str
    link: Url = LINK_TO_COME
    expires_at: datetime.datetime
    time_zone: TimeZone


@dataclasses.dataclass(frozen=True, kw_only=True)
class ContactPasswordSetByAdminProps(Props):
    """Somebody of the account set the contact's password, which is told another way."""

    company_name: str
    portal_slug: str
    set_at: datetime.datetime
    log_in_link: Url
    time_zone: TimeZone


@dataclasses.dataclass(frozen=True, kw_only=True)
class ContactPasswordChangedProps(Props):
    company_name: str
    portal_slug: str
    changed_at: datetime.datetime
    reset_link: Url
    time_zone: TimeZone


CONTACT_PASSWORD_RESET = Mail(
    name="contact_password_reset",
    props=ContactPasswordResetProps,
    is_security=True,
    portal_token_url=PortalUrls.password_reset,
    is_of_portal=True,
)
CONTACT_PASSWORD_SET_BY_ADMIN = Mail(
    name="contact_password_set_by_admin",
    props=ContactPasswordSetByAdminProps,
    is_security=True,
    is_of_portal=True,
)
CONTACT_PASSWORD_CHANGED = Mail(
    name="contact_password_changed", props=ContactPasswordChangedProps, is_security=True, is_of_portal=True
)


def password_reset(event: Received[ContactPasswordResetRequested]) -> OutgoingMail:
    """To the address that it was asked for with."""
    asked = event.data
    props = ContactPasswordResetProps(
        name=asked.contact.name,
        company_name=asked.company_name,
        portal_slug=asked.portal_slug,
        expires_at=asked.expires_at,
        time_zone=TimeZone(asked.time_zone),
    )
    return to_contact(
        event,
        CONTACT_PASSWORD_RESET,
        asked.contact,
        props,
        email=asked.email,
        locale=asked.locale,
        secret_id=asked.link_id,
    )


def password_set_by_admin(event: Received[ContactPasswordSetByAdmin], urls: Urls) -> OutgoingMail | None:
    """None for a contact without an address."""
    told = event.data
    if told.contact.email is None:
        return None
    props = ContactPasswordSetByAdminProps(
        name=told.contact.name,
        company_name=told.company_name,
        portal_slug=told.portal_slug,
        set_at=told.set_at,
        log_in_link=urls.portal(told.portal_slug).log_in(),
        time_zone=TimeZone(told.time_zone),
    )
    return to_contact(
        event,
        CONTACT_PASSWORD_SET_BY_ADMIN,
        told.contact,
        props,
        email=told.contact.email,
        locale=told.locale,
    )


def password_changed(event: Received[ContactPasswordChanged], urls: Urls) -> OutgoingMail | None:
    """None for a contact without an address."""
    told = event.data
    if told.contact.email is None:
        return None
    props = ContactPasswordChangedProps(
        name=told.contact.name,
        company_name=told.company_name,
        portal_slug=told.portal_slug,
        changed_at=told.changed_at,
        reset_link=urls.portal(told.portal_slug).forgot_password(),
        time_zone=TimeZone(told.time_zone),
    )
    return to_contact(
        event, CONTACT_PASSWORD_CHANGED, told.contact, props, email=told.contact.email, locale=told.locale
    )


MAILS = (CONTACT_PASSWORD_RESET, CONTACT_PASSWORD_SET_BY_ADMIN, CONTACT_PASSWORD_CHANGED)

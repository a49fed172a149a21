"""Mails that let an account's contacts into its portal."""

from __future__ import annotations

import dataclasses
import datetime

from chassis.events import Received
from notifications.mails.base import LINK_TO_COME, Mail, Props, TimeZone
from notifications.mails.outgoing import OutgoingMail, to_contact
from notifications.urls import PortalUrls, Url
from wire.contacts.activation import ContactActivationRequested


@dataclasses.dataclass(frozen=True, kw_only=True)
class ContactActivationProps(Props):
    """The account lets this contact into its portal: the link sets the contact's password."""

    company_name: str
    portal_slug: str
    link: Url = LINK_TO_COME
    expires_at: datetime.datetime
    time_zone: TimeZone


CONTACT_ACTIVATION = Mail(
    name="contact_activation",
    props=ContactActivationProps,
    is_security=True,
    portal_token_url=PortalUrls.activation,
    is_of_portal=True,
)

CONTACT_ACTIVATION_RESENT = dataclasses.replace(CONTACT_ACTIVATION, name="contact_activation_resent")


def contact_activation(event: Received[ContactActivationRequested]) -> OutgoingMail:
    """The first one introduces the portal, each later one says that it replaces the one before."""
    asked = event.data
    props = ContactActivationProps(
        name=asked.contact.name,
        company_name=asked.company_name,
        portal_slug=asked.portal_slug,
        expires_at=asked.expires_at,
        time_zone=TimeZone(asked.time_zone),
    )
    return to_contact(
        event,
        CONTACT_ACTIVATION_RESENT if asked.is_resent else CONTACT_ACTIVATION,
        asked.contact,
        props,
        email=asked.contact.email or "",
        locale=asked.locale,
        secret_id=asked.link_id,
    )


MAILS = (CONTACT_ACTIVATION, CONTACT_ACTIVATION_RESENT)

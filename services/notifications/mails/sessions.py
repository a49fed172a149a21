"""Mails about log-ins."""

from __future__ import annotations

import dataclasses
import datetime

from chassis.events import Received
from notifications.mails.base import IpAddress, Mail, Props, TimeZone
from notifications.mails.outgoing import OutgoingMail, to_user
from notifications.urls import Url, Urls
from wire.accounts.sessions import NewDeviceSeen


@dataclasses.dataclass(frozen=True, kw_only=True)
class NewDeviceProps(Props):
    """Somebody logged in on a device that the user had not used before."""

    seen_at: datetime.datetime
    browser: str
    system: str
    ip_address: IpAddress
    sessions_link: Url
    time_zone: TimeZone


NEW_DEVICE = Mail(name="new_device", props=NewDeviceProps, is_security=True)


def new_device(event: Received[NewDeviceSeen], urls: Urls) -> OutgoingMail:
    user, session = event.data.user, event.data.session
    props = NewDeviceProps(
        name=user.name,
        seen_at=session.created_at,
        browser=session.browser,
        system=session.system,
        ip_address=IpAddress(session.ip_address),
        sessions_link=urls.sessions(),
        time_zone=TimeZone(user.time_zone),
    )
    return to_user(event, NEW_DEVICE, user, props)


MAILS = (NEW_DEVICE,)

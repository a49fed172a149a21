"""Which event asks for which mail, to whom, with what in it?"""

from __future__ import annotations

from collections.abc import Mapping

from chassis.events import Received
from notifications import catalogue
from notifications.addressing import to_user
from notifications.catalogue import Link, Props
from notifications.mail_queue import Order
from wire.accounts.activation import UserActivationRequested
from wire.accounts.sessions import NewDeviceSeen
from wire.accounts.signup import SignUpRepeated


def owner_activation(event: Received[UserActivationRequested]) -> Order:
    said = event.data
    data = {
        "company_name": said.company_name,
        "expires_at": said.expires_at.isoformat(),
        "time_zone": said.user.time_zone,
    }
    return to_user(event, "owner_activation", said.user, data, secret_id=said.link_id)


def sign_up_repeated(event: Received[SignUpRepeated], *, log_in_link: Link) -> Order:
    return to_user(event, "sign_up_repeated", event.data.user, {"log_in_link": log_in_link})


def new_device(event: Received[NewDeviceSeen], *, sessions_link: Link) -> Order:
    user, session = event.data.user, event.data.session
    data = {
        "seen_at": session.created_at.isoformat(),
        "browser": session.browser,
        "system": session.system,
        "ip_address": session.ip_address,
        "sessions_link": sessions_link,
        "time_zone": user.time_zone,
    }
    return to_user(event, "new_device", user, data)


def props(mail: str, data: Mapping[str, catalogue.Datum], secrets: Mapping[str, str]) -> Props:
    """What a row holds and what it must not hold, together."""
    return catalogue.props_of(catalogue.find(mail), {**data, **secrets})

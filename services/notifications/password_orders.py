"""Which mails go out about passwords? A link for who forgot theirs, and a notice of every change."""

from __future__ import annotations

from chassis.events import Received
from notifications.addressing import to_user
from notifications.catalogue import Link
from notifications.mail_queue import Order
from wire.accounts.passwords import PasswordChanged, PasswordResetRequested


def reset(event: Received[PasswordResetRequested]) -> Order:
    said = event.data
    data = {"expires_at": said.expires_at.isoformat(), "time_zone": said.user.time_zone}
    return to_user(event, "password_reset", said.user, data, secret_id=said.link_id)


def notice(event: Received[PasswordChanged], *, reset_link: Link) -> Order:
    said = event.data
    data = {
        "changed_at": said.changed_at.isoformat(),
        "reset_link": reset_link,
        "time_zone": said.user.time_zone,
    }
    return to_user(event, "password_notice", said.user, data)

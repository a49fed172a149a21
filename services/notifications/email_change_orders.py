"""Which mails go where while an email address changes? To the new mailbox the link, to the old one every notice."""

from __future__ import annotations

import datetime

from chassis.events import Received
from notifications.addressing import to_user
from notifications.catalogue import Datum, Link
from notifications.mail_queue import Order
from wire.accounts.email_changes import (
    EmailChangeContested,
    EmailChanged,
    EmailChangeRequested,
    EmailChangeUndone,
)
from wire.accounts.tenancy import User

Data = dict[str, Datum]


def confirm(event: Received[EmailChangeRequested]) -> Order:
    """The link itself is asked for when the mail is sent. A dead one, which is that to somebody else's address, is
    not sent at all."""
    said = event.data
    data: Data = {"expires_at": said.expires_at.isoformat(), "time_zone": said.user.time_zone}
    return to_user(event, "email_change_confirm", said.user, data, to=said.new_email, secret_id=said.link_id)


def requested(event: Received[EmailChangeRequested], *, email_link: Link) -> Order:
    said = event.data
    data = {
        **_moment("requested_at", event.time, said.user),
        "new_email": said.new_email,
        "email_link": email_link,
    }
    return to_user(event, "email_change_requested", said.user, data)


def contested(event: Received[EmailChangeContested], *, log_in_link: Link) -> Order:
    said = event.data
    data: Data = {"log_in_link": log_in_link}
    return to_user(event, "email_change_contested", said.user, data, to=said.email)


def changed(event: Received[EmailChanged]) -> Order:
    """The link to undo it goes to the old address alone."""
    said = event.data
    data = {
        **_moment("changed_at", event.time, said.user),
        "new_email": said.user.email,
        "undo_until": said.undo_until.isoformat(),
    }
    return to_user(event, "email_changed", said.user, data, to=said.old_email, secret_id=said.undo_link_id)


def undone(event: Received[EmailChangeUndone], *, reset_link: Link) -> Order:
    said = event.data
    data = {
        **_moment("undone_at", event.time, said.user),
        "abandoned_email": said.abandoned_email,
        "reset_link": reset_link,
    }
    return to_user(event, "email_change_undone", said.user, data)


def _moment(name: str, at: datetime.datetime, user: User) -> Data:
    return {name: at.isoformat(), "time_zone": user.time_zone}

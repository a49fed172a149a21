"""How does a mail find its reader? An order to a user, in their language, about an event."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from chassis.events import Received
from notifications import rendering
from notifications.catalogue import Datum
from notifications.mail_queue import Order
from wire.accounts.tenancy import User


def to_user(
    event: Received[Any],
    mail: str,
    user: User,
    data: Mapping[str, Datum],
    *,
    to: str | None = None,
    secret_id: uuid.UUID | None = None,
    or_locale: str | None = None,
) -> Order:
    """`to` is another address than the user's present one, `or_locale` another language where we do not write in
    theirs. The link of `secret_id` is asked for when the mail is sent: its secret is not kept here."""
    return Order(
        event_id=event.id,
        account_id=user.account_id,
        mail=mail,
        recipient=to or user.email,
        recipient_name=user.name,
        locale=rendering.language_for(user.locale, or_locale),
        data={"name": user.name, **data},
        secret_id=secret_id,
        correlation_id=event.correlation_id,
    )

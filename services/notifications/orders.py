"""Which event asks for which mail, to whom, with what in it?"""

from __future__ import annotations

from collections.abc import Mapping

from chassis.envelope import Received
from notifications import catalogue, rendering
from notifications.catalogue import Link, Props
from notifications.courier import Order
from wire.accounts import SignUpRepeated, UserActivationRequested


def owner_activation(event: Received[UserActivationRequested]) -> Order:
    """The link itself is asked for when the mail is sent: its secret is not kept here."""
    user = event.data.user
    return Order(
        event_id=event.id,
        account_id=user.account_id,
        mail="owner_activation",
        recipient=user.email,
        recipient_name=user.name,
        locale=rendering.language_for(user.locale),
        data={
            "name": user.name,
            "company_name": event.data.company_name,
            "expires_at": event.data.expires_at.isoformat(),
            "time_zone": user.time_zone,
        },
        secret_id=event.data.activation_id,
        correlation_id=event.correlation_id,
    )


def sign_up_repeated(event: Received[SignUpRepeated], *, log_in_link: Link) -> Order:
    user = event.data.user
    return Order(
        event_id=event.id,
        account_id=user.account_id,
        mail="sign_up_repeated",
        recipient=user.email,
        recipient_name=user.name,
        locale=rendering.language_for(user.locale),
        data={"name": user.name, "log_in_link": log_in_link},
        correlation_id=event.correlation_id,
    )


def props(mail: str, data: Mapping[str, catalogue.Datum], secrets: Mapping[str, str]) -> Props:
    """What a row holds and what it must not hold, together."""
    return catalogue.props_of(catalogue.find(mail), {**data, **secrets})

"""Mails addressed to a user, in their language, about an event."""

from __future__ import annotations

import dataclasses
import uuid
from typing import Any

from chassis.events import Received
from notifications.mails.base import Datum, Mail, Props, as_data
from wire.accounts.tenancy import User
from wire.contacts.people import Contact
from wire.values import LOCALES

DEFAULT_LOCALE = "en"


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class OutgoingMail:
    """What is to be written to whom, and why."""

    event_id: uuid.UUID
    account_id: uuid.UUID
    mail: str
    recipient: str
    recipient_name: str
    locale: str
    data: dict[str, Datum]
    correlation_id: str
    secret_id: uuid.UUID | None = None


def to_user(
    event: Received[Any],
    mail: Mail,
    user: User,
    props: Props,
    *,
    email: str | None = None,
    secret_id: uuid.UUID | None = None,
    or_locale: str | None = None,
) -> OutgoingMail:
    """`email` is another address than the user's present one, `or_locale` another language where we do not write in
    theirs. The link of `secret_id` is made when the mail is sent: its token is not stored."""
    data = as_data(props)
    if secret_id is not None:
        del data["link"]
    return OutgoingMail(
        event_id=event.id,
        account_id=user.account_id,
        mail=mail.name,
        recipient=email or user.email,
        recipient_name=user.name,
        locale=language_for(user.locale, or_locale),
        data=data,
        secret_id=secret_id,
        correlation_id=event.correlation_id,
    )


def to_contact(
    event: Received[Any],
    mail: Mail,
    contact: Contact,
    props: Props,
    *,
    email: str,
    locale: str,
    secret_id: uuid.UUID | None = None,
) -> OutgoingMail:
    """`locale` is the contact's, or the account's where the contact has none."""
    data = as_data(props)
    if secret_id is not None:
        del data["link"]
    return OutgoingMail(
        event_id=event.id,
        account_id=contact.account_id,
        mail=mail.name,
        recipient=email,
        recipient_name=contact.name,
        locale=language_for(locale),
        data=data,
        secret_id=secret_id,
        correlation_id=event.correlation_id,
    )


def language_for(recipient: str | None, account: str | None = None) -> str:
    """The recipient's language, else the account's, else English; `fr-CA` is French."""
    for wish in (recipient, account):
        language = (wish or "").replace("_", "-").partition("-")[0].lower()
        if language in LOCALES:
            return language
    return DEFAULT_LOCALE

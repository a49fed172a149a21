"""Mails to an owner about the cancellation of the account."""

from __future__ import annotations

import dataclasses
import datetime

from chassis.events import Received
from notifications.mails.base import Mail, Props, TimeZone
from notifications.mails.outgoing import OutgoingMail, to_user
from notifications.urls import Url, Urls
from wire.accounts.cancellation import AccountCancelled, CancellationScheduled


@dataclasses.dataclass(frozen=True, kw_only=True)
class AccountCancelledProps(Props):
    """The owner has cancelled the account."""

    company_name: str
    cancelled_at: datetime.datetime
    is_paid: bool
    log_in_link: Url
    time_zone: TimeZone


ACCOUNT_CANCELLED = Mail(name="account_cancelled", props=AccountCancelledProps, is_security=True)


def account_cancelled(event: Received[AccountCancelled], urls: Urls) -> OutgoingMail:
    account, owner = event.data.account, event.data.owner
    props = AccountCancelledProps(
        name=owner.name,
        company_name=account.company_name,
        cancelled_at=event.data.cancelled_at,
        is_paid=event.data.is_paid,
        log_in_link=urls.log_in(),
        time_zone=TimeZone(owner.time_zone),
    )
    return to_user(event, ACCOUNT_CANCELLED, owner, props, or_locale=account.locale)


@dataclasses.dataclass(frozen=True, kw_only=True)
class CancellationScheduledProps(Props):
    """The account will be cancelled when the paid period ends."""

    company_name: str
    takes_effect_at: datetime.datetime
    cancellation_link: Url
    time_zone: TimeZone


CANCELLATION_SCHEDULED = Mail(
    name="cancellation_scheduled", props=CancellationScheduledProps, is_security=True
)


def cancellation_scheduled(event: Received[CancellationScheduled], urls: Urls) -> OutgoingMail:
    account, owner = event.data.account, event.data.owner
    props = CancellationScheduledProps(
        name=owner.name,
        company_name=account.company_name,
        takes_effect_at=event.data.takes_effect_at,
        cancellation_link=urls.cancellation(),
        time_zone=TimeZone(owner.time_zone),
    )
    return to_user(event, CANCELLATION_SCHEDULED, owner, props, or_locale=account.locale)


MAILS = (ACCOUNT_CANCELLED, CANCELLATION_SCHEDULED)

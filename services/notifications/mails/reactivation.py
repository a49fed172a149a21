"""Mails to an owner about the reactivation of the account, and a request for it."""

from __future__ import annotations

import dataclasses
import datetime

from chassis.events import Received
from notifications.mails.base import LINK_TO_COME, Mail, Note, Props, TimeZone
from notifications.mails.outgoing import OutgoingMail, to_user
from notifications.urls import Url, Urls
from wire.accounts.reactivation import AccountReactivated, ReactivationDecided, ReactivationRequested


@dataclasses.dataclass(frozen=True, kw_only=True)
class AccountReactivatedProps(Props):
    """The account is back: its trial, or what was paid for, runs `until` then."""

    company_name: str
    is_paid: bool
    until: datetime.datetime
    log_in_link: Url
    time_zone: TimeZone


ACCOUNT_REACTIVATED = Mail(name="account_reactivated", props=AccountReactivatedProps, is_security=True)


def account_reactivated(event: Received[AccountReactivated], urls: Urls) -> OutgoingMail:
    payload, account, owner = event.data, event.data.account, event.data.owner
    until = account.period_ends_at if payload.is_paid else account.trial_ends_at
    props = AccountReactivatedProps(
        name=owner.name,
        company_name=account.company_name,
        is_paid=payload.is_paid,
        until=until or payload.reactivated_at,
        log_in_link=urls.log_in(),
        time_zone=TimeZone(owner.time_zone),
    )
    return to_user(event, ACCOUNT_REACTIVATED, owner, props, or_locale=account.locale)


@dataclasses.dataclass(frozen=True, kw_only=True)
class ReactivationRequestedProps(Props):
    """The owner wants the account back; the link shows what becomes of it."""

    company_name: str
    number: int
    link: Url = LINK_TO_COME


REACTIVATION_REQUESTED = Mail(
    name="reactivation_requested",
    props=ReactivationRequestedProps,
    is_security=True,
    token_url=Urls.reactivation_request,
)


def reactivation_requested(event: Received[ReactivationRequested]) -> OutgoingMail:
    payload, account, owner = event.data, event.data.account, event.data.owner
    props = ReactivationRequestedProps(
        name=owner.name, company_name=account.company_name, number=payload.number
    )
    return to_user(
        event,
        REACTIVATION_REQUESTED,
        owner,
        props,
        secret_id=payload.link_id,
        or_locale=account.locale,
    )


@dataclasses.dataclass(frozen=True, kw_only=True)
class ReactivationDecidedProps(Props):
    """Support has approved or refused the request: a mail each."""

    company_name: str
    number: int
    note: Note
    log_in_link: Url


REACTIVATION_APPROVED = Mail(name="reactivation_approved", props=ReactivationDecidedProps, is_security=True)
REACTIVATION_REFUSED = Mail(name="reactivation_refused", props=ReactivationDecidedProps, is_security=True)


def reactivation_decided(event: Received[ReactivationDecided], urls: Urls) -> OutgoingMail | None:
    """What support decided. What the policy decided is done at once: the mail that says so is enough."""
    payload, account, owner = event.data, event.data.account, event.data.owner
    if payload.is_by_policy:
        return None
    props = ReactivationDecidedProps(
        name=owner.name,
        company_name=account.company_name,
        number=payload.number,
        note=Note(payload.note),
        log_in_link=urls.log_in(),
    )
    mail = REACTIVATION_APPROVED if payload.is_approved else REACTIVATION_REFUSED
    return to_user(event, mail, owner, props, or_locale=account.locale)


MAILS = (ACCOUNT_REACTIVATED, REACTIVATION_REQUESTED, REACTIVATION_APPROVED, REACTIVATION_REFUSED)

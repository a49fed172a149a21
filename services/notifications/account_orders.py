"""Which mails does an owner get when the account ends, comes back, or is about to?"""

from __future__ import annotations

import datetime
import uuid
from typing import TypeVar

from chassis.events import Received
from notifications.addressing import to_user
from notifications.catalogue import Datum, Link
from notifications.mail_queue import Order
from wire.accounts.cancellation import AccountCancelled, CancellationScheduled
from wire.accounts.reactivation import AccountReactivated, ReactivationDecided, ReactivationRequested
from wire.accounts.tenancy import Account, User
from wire.accounts.trials import TrialEnding

Told = TypeVar("Told")


def cancelled(event: Received[AccountCancelled], *, log_in_link: Link) -> Order:
    told = event.data
    return _order(
        event,
        "account_cancelled",
        told.account,
        told.owner,
        cancelled_at=_text(told.cancelled_at),
        is_paid=told.is_paid,
        log_in_link=log_in_link,
        time_zone=told.owner.time_zone,
    )


def scheduled(event: Received[CancellationScheduled], *, cancellation_link: Link) -> Order:
    told = event.data
    return _order(
        event,
        "cancellation_scheduled",
        told.account,
        told.owner,
        takes_effect_at=_text(told.takes_effect_at),
        cancellation_link=cancellation_link,
        time_zone=told.owner.time_zone,
    )


def requested(event: Received[ReactivationRequested]) -> Order:
    """The link that shows the request is asked for when the mail is sent."""
    told = event.data
    return _order(
        event,
        "reactivation_requested",
        told.account,
        told.owner,
        secret_id=told.link_id,
        number=told.number,
    )


def decided(event: Received[ReactivationDecided], *, log_in_link: Link) -> tuple[Order, ...]:
    """What support decided. What the policy decided is done at once: the mail that says so is enough."""
    told = event.data
    if told.is_by_policy:
        return ()
    mail = "reactivation_approved" if told.is_approved else "reactivation_refused"
    order = _order(
        event,
        mail,
        told.account,
        told.owner,
        number=told.number,
        note=told.note,
        log_in_link=log_in_link,
    )
    return (order,)


def reactivated(event: Received[AccountReactivated], *, log_in_link: Link) -> Order:
    told = event.data
    until = told.account.period_ends_at if told.is_paid else told.account.trial_ends_at
    return _order(
        event,
        "account_reactivated",
        told.account,
        told.owner,
        is_paid=told.is_paid,
        until=_text(until or told.reactivated_at),
        log_in_link=log_in_link,
        time_zone=told.owner.time_zone,
    )


def trial_ending(event: Received[TrialEnding], *, log_in_link: Link) -> tuple[Order, ...]:
    """Nobody is written to who has never said that the address is theirs."""
    told = event.data
    if not told.owner.is_verified:
        return ()
    order = _order(
        event,
        "trial_ending",
        told.account,
        told.owner,
        ends_at=_text(told.ends_at),
        log_in_link=log_in_link,
        time_zone=told.owner.time_zone,
    )
    return (order,)


def _order(
    event: Received[Told],
    mail: str,
    account: Account,
    owner: User,
    *,
    secret_id: uuid.UUID | None = None,
    **data: Datum,
) -> Order:
    told = {"company_name": account.company_name, **data}
    return to_user(event, mail, owner, told, secret_id=secret_id, or_locale=account.locale)


def _text(moment: datetime.datetime) -> str:
    return moment.isoformat()

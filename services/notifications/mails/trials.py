"""Mails about a trial that is nearly over."""

from __future__ import annotations

import dataclasses
import datetime

from chassis.events import Received
from notifications.mails.base import Mail, Props, TimeZone
from notifications.mails.outgoing import OutgoingMail, to_user
from notifications.urls import Url, Urls
from wire.accounts.trials import TrialEnding


@dataclasses.dataclass(frozen=True, kw_only=True)
class TrialEndingProps(Props):
    """The trial is nearly over."""

    company_name: str
    ends_at: datetime.datetime
    log_in_link: Url
    time_zone: TimeZone


TRIAL_ENDING = Mail(name="trial_ending", props=TrialEndingProps, is_security=False)


def trial_ending(event: Received[TrialEnding], urls: Urls) -> OutgoingMail | None:
    """Nobody is written to who has never said that the address is theirs."""
    account, owner = event.data.account, event.data.owner
    if not owner.is_verified:
        return None
    props = TrialEndingProps(
        name=owner.name,
        company_name=account.company_name,
        ends_at=event.data.ends_at,
        log_in_link=urls.log_in(),
        time_zone=TimeZone(owner.time_zone),
    )
    return to_user(event, TRIAL_ENDING, owner, props, or_locale=account.locale)


MAILS = (TRIAL_ENDING,)

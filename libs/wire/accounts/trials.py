"""Trials: the events of one that is about to end, and of one that has ended."""

from __future__ import annotations

import datetime

from wire.accounts.tenancy import Account, User
from wire.contract import message


@message
class TrialEnding:
    account: Account
    owner: User
    ends_at: datetime.datetime


@message
class TrialEnded:
    account: Account
    owner: User
    ended_at: datetime.datetime

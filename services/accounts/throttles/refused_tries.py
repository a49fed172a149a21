"""Audit log entries for refused log-ins: one when a count of wrong tries begins, one when it stops.

However often somebody guesses, a count leaves two entries: nobody fills the log by guessing. What a network is stopped
for belongs to no account and is told by the metrics alone, and so is an address that nobody has.
"""

from __future__ import annotations

import datetime

from sqlalchemy.orm import Session

from accounts.audit_log import audit
from accounts.audit_log.actors import Actor
from accounts.models import UserRow
from identity.limits import Limits
from identity.throttles import Window


def is_noted(tries: int, *, limits: Limits) -> bool:
    """Whether a password that is the so many-th wrong one in a row is written down."""
    return tries in (1, limits.log_in_fails_max)


def wrong_password(
    session: Session, user: UserRow, tries: int, *, by: Actor, now: datetime.datetime, limits: Limits
) -> None:
    """The password of this user was wrong, at so many tries in a row."""
    if tries == 1:
        _record(session, "password_incorrect", user, by=by, now=now)
    if tries == limits.log_in_fails_max:
        _record(session, "password_locked", user, by=by, now=now)


def wrong_code(session: Session, user: UserRow, tries: int, *, by: Actor, now: datetime.datetime) -> None:
    """A code of this user's second factor was wrong, at so many tries of the day."""
    if tries == 1:
        _record(session, "second_factor_refused", user, by=by, now=now)


def no_more_codes(
    session: Session, user: UserRow, window: Window, *, by: Actor, now: datetime.datetime
) -> None:
    """A code of this user's was not looked at, for the first time in this window: there were too many."""
    if window.made == window.allowed + 1:
        _record(session, "second_factor_locked", user, by=by, now=now)


def _record(session: Session, action: str, user: UserRow, *, by: Actor, now: datetime.datetime) -> None:
    audit.record(session, action, user, by=by, now=now, facts={"name": user.name})

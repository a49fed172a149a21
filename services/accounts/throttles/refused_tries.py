"""Which refused tries does the audit log hold? The one that a count begins with, and the one at which it stops.

However often somebody guesses, a count leaves two entries: nobody fills the log by guessing. What a network is stopped
for belongs to no account and is told by the metrics alone, and so is an address that nobody has.
"""

from __future__ import annotations

import datetime

from sqlalchemy.orm import Session

from accounts.audit_log import audit
from accounts.audit_log.audit import Actor
from accounts.models import UserRow
from accounts.throttles.limits import Limits


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
    """A code of this user's second factor was wrong, at so many tries in its window."""
    if tries == 1:
        _record(session, "second_factor_refused", user, by=by, now=now)


def no_more_codes(
    session: Session, user: UserRow, tries: int, *, by: Actor, now: datetime.datetime, limits: Limits
) -> None:
    """A code of this user's was not looked at: there were too many in this window."""
    if tries == limits.code_tries + 1:
        _record(session, "second_factor_locked", user, by=by, now=now)


def _record(session: Session, action: str, user: UserRow, *, by: Actor, now: datetime.datetime) -> None:
    audit.record(
        session,
        action,
        by=by,
        account_id=user.account_id,
        now=now,
        object_kind="user",
        object_id=user.id,
        facts={"name": user.name},
    )

"""What is said at the log-in of somebody whose account is cancelled?"""

from __future__ import annotations

from accounts import audit, returning, sessions
from accounts.desk import Desk
from accounts.models import UserRow
from wire.accounts.sessions import InvalidCredentials


class ReturningDesk(Desk):
    """A step of the log-in, once the password is right."""

    def refuse_cancelled(self, user: UserRow) -> None:
        """Raise `AccountIsCancelled`, with the way back for an owner, where the user's account is cancelled.

        Not to be called inside a transaction: what it tells is stored in one of its own.
        """
        if returning.is_back(user):
            return
        now, by = self.clock.now(), self.actor().being(user)
        with self.work(is_across_accounts=True) as work:
            held = sessions.hold(work.session, user)
            if held is None:  # the password was changed while this one was being compared
                raise InvalidCredentials
            if returning.is_back(held):
                return
            told = returning.offer(work.session, held, by=by, now=now)
            audit.record(
                work.session,
                "log_in_refused",
                by=by,
                account_id=held.account_id,
                now=now,
                object_kind="user",
                object_id=held.id,
                facts={"reason": told.code},
            )
        raise told

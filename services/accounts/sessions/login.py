"""Login of a user who has proven who they are: a session, room for it, and a notice of a new device."""

from __future__ import annotations

import dataclasses
import datetime

from accounts import messages
from accounts.account_status import account_status
from accounts.audit_log.actors import Actor
from accounts.models import UserRow
from accounts.passwords.verification import PasswordVerification
from accounts.sessions import cancelled_login, sessions
from accounts.sessions.sessions import OF_USERS
from chassis.database.work import Work
from identity import devices
from wire.accounts import Accounts
from wire.accounts.sessions import NewDeviceSeen, OpenedSession, SessionEnd
from wire.identity import InvalidCredentials


class Login(PasswordVerification):
    """What the topics share that open sessions: login, activation, reactivation."""

    def open_session_for(
        self,
        work: Work,
        user: UserRow,
        *,
        device_token: str | None = None,
        life: datetime.timedelta | None = None,
        is_remembered: bool = False,
        is_returning: bool = False,
        is_first: bool = False,
    ) -> OpenedSession:
        """A session for this user, whose account is loaded, and a token for the device to be known by.

        A device that is not known is announced, unless it is the user's first.
        """
        now, settings, actor = self.clock.now(), self.settings, self.actor().being(user)
        self.announce_ended(
            work,
            OF_USERS.make_room(
                work.session, user.id, now=now, idle=settings.session_idle, reason=SessionEnd.TOO_MANY
            ),
        )
        opened = sessions.open_for(
            work.session,
            user,
            by=actor,
            now=now,
            life=life or (settings.remembered_life if is_remembered else settings.session_life),
            is_remembered=is_remembered,
            is_returning=is_returning,
        )
        is_known = devices.knows(device_token, user.id, settings.token_key)
        if not is_known and not is_first:
            self._announce_device(work, user, opened, by=actor)
        facts = {"is_remembered": is_remembered, "is_new_device": not is_known}
        self.record(work, "session_opened", opened, by=actor, facts=facts)
        known_token = device_token if is_known else None
        return dataclasses.replace(
            opened, device_token=known_token or devices.issue(user.id, settings.token_key)
        )

    def _announce_device(self, work: Work, user: UserRow, opened: OpenedSession, *, by: Actor) -> None:
        work.announce(
            Accounts.account_new_device_seen,
            NewDeviceSeen(user=messages.as_user(user), session=opened.session),
            aggregate=user.id,
            account_id=user.account_id,
        )
        self.record(work, "new_device_seen", opened, by=by)

    def refuse_cancelled(self, user: UserRow) -> None:
        """Raise `AccountIsCancelled`, with a token for the reactivation where the user is an owner, if the user's
        account is cancelled.

        Not to be called inside a transaction: the token is stored in one of its own.
        """
        if not account_status.is_cancelled(user.account):
            return
        now, by = self.clock.now(), self.actor().being(user)
        with self.work.for_tenant(user.account_id) as work:
            locked = sessions.hold(work.session, user)
            if locked is None:  # the password was changed while this one was being compared
                raise InvalidCredentials
            if not account_status.is_cancelled(locked.account):
                return
            refusal = cancelled_login.offer(work.session, locked, by=by, now=now)
            self.record(work, "log_in_refused", locked, by=by, facts={"reason": refusal.code})
        raise refusal

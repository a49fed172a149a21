"""What happens when somebody has proven who they are? A session, room for it, and a word about a strange device."""

from __future__ import annotations

import dataclasses
import datetime

from accounts import messages
from accounts.audit_log import audit
from accounts.audit_log.audit import Actor
from accounts.entrypoints import AccountsEntrypoints
from accounts.models import UserRow
from accounts.sessions import cancelled_login, devices, sessions
from chassis.database.work import Work
from wire.accounts import Accounts
from wire.accounts.sessions import InvalidCredentials, NewDeviceSeen, OpenedSession


class Login(AccountsEntrypoints):
    """What the chapters share that let people in: log-in, activation, the way back."""

    def let_in(
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
        now, chosen, actor = self.clock.now(), self.settings, self.actor().being(user)
        self.announce_ended(
            work, sessions.make_room(work.session, user.id, now=now, idle=chosen.session_idle)
        )
        opened = sessions.open_for(
            work.session,
            user,
            by=actor,
            now=now,
            life=life or (chosen.remembered_life if is_remembered else chosen.session_life),
            is_remembered=is_remembered,
            is_returning=is_returning,
        )
        is_known = devices.knows(device_token, user.id, chosen.token_key)
        if not is_known and not is_first:
            self._announce_device(work, user, opened, by=actor, now=now)
        audit.record(
            work.session,
            "session_opened",
            by=actor,
            account_id=user.account_id,
            now=now,
            object_kind="session",
            object_id=opened.session.id,
            facts={"is_remembered": is_remembered, "is_new_device": not is_known},
        )
        given = device_token if is_known and device_token else devices.issue(user.id, chosen.token_key)
        return dataclasses.replace(opened, device_token=given)

    @staticmethod
    def _announce_device(
        work: Work, user: UserRow, opened: OpenedSession, *, by: Actor, now: datetime.datetime
    ) -> None:
        work.announce(
            Accounts.account_new_device_seen,
            NewDeviceSeen(user=messages.as_user(user), session=opened.session),
            aggregate=user.id,
            account_id=user.account_id,
        )
        audit.record(
            work.session,
            "new_device_seen",
            by=by,
            account_id=user.account_id,
            now=now,
            object_kind="session",
            object_id=opened.session.id,
        )

    def refuse_cancelled(self, user: UserRow) -> None:
        """Raise `AccountIsCancelled`, with the way back for an owner, where the user's account is cancelled.

        Not to be called inside a transaction: what it tells is stored in one of its own.
        """
        if cancelled_login.is_back(user):
            return
        now, by = self.clock.now(), self.actor().being(user)
        with self.work(is_across_accounts=True) as work:
            held = sessions.hold(work.session, user)
            if held is None:  # the password was changed while this one was being compared
                raise InvalidCredentials
            if cancelled_login.is_back(held):
                return
            told = cancelled_login.offer(work.session, held, by=by, now=now)
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

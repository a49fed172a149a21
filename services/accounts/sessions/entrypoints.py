"""Sessions: login, identification, reauthentication, the list of one's sessions, and logout."""

from __future__ import annotations

from sqlalchemy import ColumnElement

from accounts.email_changes import email_changes
from accounts.second_factor.second_step import SecondStep
from accounts.sessions import sessions
from accounts.sessions.sessions import OF_USERS, SESSIONS
from chassis import context
from chassis.database.work import Work
from chassis.rpc import serve
from wire.accounts import Accounts
from wire.accounts.sessions import (
    EndOtherSessions,
    EndSession,
    Identify,
    Identity,
    ListSessions,
    OpenedSession,
    OpenSession,
    Reauthenticate,
    SessionEnd,
    SessionList,
)
from wire.contract import Nothing
from wire.identity import InvalidCredentials


class SessionEntrypoints(SecondStep):
    @serve(Accounts.open_session)
    def open_session(self, request: OpenSession) -> OpenedSession:
        """One answer, and one length of time, for every failure before the password is right. Who has a second factor
        shows it before the token for the reactivation of a cancelled account is given out, too."""
        user = self.authenticate(request.email, request.password, device_token=request.device_token)
        self.require_second_factor(user, request.totp, wants_challenge=request.wants_challenge)
        self.refuse_cancelled(user)
        with self.work.for_tenant(user.account_id) as work:
            locked = sessions.hold(work.session, user)
            if locked is None:  # the password was changed while this one was being compared
                raise InvalidCredentials
            return self.open_session_for(
                work, locked, device_token=request.device_token, is_remembered=request.is_remembered
            )

    @serve(Accounts.identify)
    def identify(self, request: Identify) -> Identity:
        with self.work.all_tenants() as work:
            return sessions.identify(
                work.session, request.token_digest, now=self.clock.now(), idle=self.settings.session_idle
            )

    @serve(Accounts.list_sessions)
    def list_sessions(self, request: ListSessions) -> SessionList:  # who asks is in the context
        caller = context.current()
        with self.work() as work:
            found = sessions.living(
                work.session,
                caller.user_id,
                current_id=caller.session_id,
                now=self.clock.now(),
                idle=self.settings.session_idle,
            )
        return SessionList(data=tuple(found))

    @serve(Accounts.end_session)
    def end_session(self, request: EndSession) -> Nothing:
        """One's own session; one that has ended already stays ended."""
        user_id = context.current().user_id
        with self.work() as work:
            sessions.check_own(work.session, request.session_id, user_id)
            self._end_own(work, SESSIONS.c.id == request.session_id, SESSIONS.c.user_id == user_id)
            return work.answer(Nothing())

    @serve(Accounts.end_other_sessions)
    def end_other_sessions(self, request: EndOtherSessions) -> Nothing:  # who asks is in the context
        caller = context.current()
        with self.work() as work:
            self._end_own(work, SESSIONS.c.user_id == caller.user_id, SESSIONS.c.id != caller.session_id)
            return work.answer(Nothing())

    @serve(Accounts.reauthenticate)
    def reauthenticate(self, request: Reauthenticate) -> OpenedSession:
        """The same session for whoever holds the new token; its old token dies in the same transaction."""
        self.require_password(request.password)
        now = self.clock.now()
        with self.work() as work:
            old, user = sessions.current(work.session, context.current().session_id, now=now)
            by = self.actor().being(user)
            self._end_own(work, SESSIONS.c.id == old.id, reason=SessionEnd.REPLACED)
            opened = sessions.open_for(
                work.session,
                user,
                by=by,
                now=now,
                life=old.expires_at - now,
                is_remembered=old.is_remembered,
                is_returning=old.is_returning,
            )
            email_changes.follow(work.session, old.id, opened.session.id)
            self.record(work, "reauthenticated", opened, by=by)
            return opened

    def _end_own(
        self, work: Work, *which: ColumnElement[bool], reason: SessionEnd = SessionEnd.LOGGED_OUT
    ) -> None:
        """End sessions, announce it, and write down who did it."""
        ended = OF_USERS.end(work.session, *which, now=self.clock.now(), reason=reason)
        self.announce_ended(work, ended)
        for session in ended:
            self.record(work, "session_ended", session, facts={"reason": reason.value})

"""How does a user get in and out? Logging in, being known, proving it again, seeing and ending one's sessions."""

from __future__ import annotations

from sqlalchemy import ColumnElement

from accounts.audit_log import audit
from accounts.email_changes import email_changes
from accounts.second_factor.second_step import SecondStep
from accounts.sessions import sessions
from accounts.sessions.sessions import SESSIONS
from chassis import context
from chassis.database.work import Work
from chassis.rpc import serve
from wire.accounts import Accounts
from wire.accounts.sessions import (
    EndOtherSessions,
    EndSession,
    Identify,
    Identity,
    InvalidCredentials,
    ListSessions,
    OpenedSession,
    OpenSession,
    Reauthenticate,
    SessionEnd,
    SessionList,
)
from wire.contract import Nothing


class SessionEntrypoints(SecondStep):
    @serve(Accounts.open_session)
    def open_session(self, request: OpenSession) -> OpenedSession:
        """One answer, and one length of time, for every failure before the password is right. Who has a second factor
        shows it before the way back to a cancelled account is given out, too."""
        user = self.prove_password(request.email, request.password, device_token=request.device_token)
        self.take_second_step(user, request.totp, wants_challenge=request.wants_challenge)
        self.refuse_cancelled(user)
        with self.work(is_across_accounts=True) as work:
            admitted = sessions.hold(work.session, user)
            if admitted is None:  # the password was changed while this one was being compared
                raise InvalidCredentials
            return self.let_in(
                work, admitted, device_token=request.device_token, is_remembered=request.is_remembered
            )

    @serve(Accounts.identify)
    def identify(self, request: Identify) -> Identity:
        with self.work(is_across_accounts=True) as work:
            return sessions.identify(
                work.session, request.token_digest, now=self.clock.now(), idle=self.settings.session_idle
            )

    @serve(Accounts.list_sessions)
    def list_sessions(self, request: ListSessions) -> SessionList:  # who asks is in the context
        asking = context.current()
        with self.work() as work:
            found = sessions.living(
                work.session,
                asking.user_id,
                current_id=asking.session_id,
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
        asking = context.current()
        with self.work() as work:
            self._end_own(work, SESSIONS.c.user_id == asking.user_id, SESSIONS.c.id != asking.session_id)
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
            audit.record(
                work.session,
                "reauthenticated",
                by=by,
                account_id=user.account_id,
                now=now,
                object_kind="session",
                object_id=opened.session.id,
            )
            return opened

    def _end_own(
        self, work: Work, *which: ColumnElement[bool], reason: SessionEnd = SessionEnd.LOGGED_OUT
    ) -> None:
        """End sessions, announce it, and write down who did it."""
        now = self.clock.now()
        ended = sessions.end(work.session, *which, now=now, reason=reason)
        self.announce_ended(work, ended)
        for session in ended:
            audit.record(
                work.session,
                "session_ended",
                by=self.actor(),
                account_id=session.account_id,
                now=now,
                object_kind="session",
                object_id=session.id,
                facts={"reason": reason.value},
            )

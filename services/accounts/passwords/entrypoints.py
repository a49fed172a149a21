"""Password change by the present one, and password reset by the token in an email."""

from __future__ import annotations

import uuid
from contextlib import suppress

from accounts import messages
from accounts.email_changes import email_changes
from accounts.email_tokens.user_tokens import TOKENS, Purpose
from accounts.models import UserRow
from accounts.passwords import password_resets, reauthentication
from accounts.passwords.verification import PasswordVerification
from accounts.profile import profile
from accounts.sessions import sessions
from accounts.sessions.sessions import OF_USERS, SESSIONS
from chassis import context
from chassis.database.work import Work
from chassis.rpc import serve
from identity import passwords, throttles
from wire.accounts import Accounts
from wire.accounts.email_changes import EmailChangeNotFound
from wire.accounts.passwords import ChangePassword, PasswordChanged
from wire.accounts.sessions import SessionEnd
from wire.contract import FieldError, Nothing
from wire.identity import EmailToken, GetEmailToken, PasswordIncorrect, PasswordUnchanged, ResetPassword

# What could still let somebody in who knew the old password. Tokens to undo a change of address outlive it.
DYING = (Purpose.ACTIVATION, Purpose.PASSWORD_RESET, Purpose.EMAIL_CHANGE, Purpose.LOG_IN)


class PasswordEntrypoints(PasswordVerification):
    @serve(Accounts.change_password)
    def change_password(self, request: ChangePassword) -> Nothing:
        """The other sessions end; the one that asks stays."""
        self.require_password(request.current_password)
        caller = context.current()
        with self.work() as work:
            user = reauthentication.find_user(work.session, caller.user_id)
            words = () if user is None else profile.own_words(user)
        new = request.new_password
        self.hasher.judge(new, repeat=request.new_password_repeat, words=words, field="new_password")
        if user is None:
            raise PasswordIncorrect
        if passwords.normal(new) == passwords.normal(request.current_password):
            raise PasswordUnchanged(
                errors=(FieldError(pointer="/new_password", code=PasswordUnchanged.code),)
            )
        new_hash = self.hasher.hashed(new)
        with self.work() as work:
            locked = sessions.hold(work.session, user)
            if locked is None:  # the password was changed while this one was being hashed
                raise PasswordIncorrect
            locked.password_hash = new_hash
            self._follow_new_password(work, locked, but=caller.session_id)
            return work.answer(Nothing())

    @serve(Accounts.get_password_reset)
    def get_password_reset(self, request: GetEmailToken) -> EmailToken:
        with self.work.all_tenants() as work:
            return password_resets.look(work.session, request.token_digest, now=self.clock.now())

    @serve(Accounts.reset_password)
    def reset_password(self, request: ResetPassword) -> Nothing:
        """Every session ends, nobody is logged in, and what was tried in vain is forgotten."""
        now = self.clock.now()
        with self.work.all_tenants() as work:
            user = password_resets.usable(work.session, request.token_digest, now=now)
        words = profile.own_words(user)
        self.hasher.judge(request.password, repeat=request.password_repeat, words=words)
        new_hash = self.hasher.hashed(request.password)
        with self.work.for_tenant(user.account_id) as work:
            user = password_resets.consume(
                work.session, request.token_digest, password_hash=new_hash, now=now
            )
            throttles.clear(work.session, self.throttles.of_address(user.email_key))
            self._follow_new_password(work, user, is_reset=True)
            return work.answer(Nothing())

    def _follow_new_password(
        self,
        work: Work,
        user: UserRow,
        *,
        but: uuid.UUID | None = None,
        is_reset: bool = False,
    ) -> None:
        """What follows a new password: sessions and tokens of before end, and the user hears of it."""
        now, others = self.clock.now(), [SESSIONS.c.user_id == user.id]
        if but is not None:
            others.append(SESSIONS.c.id != but)
        work.session.flush()
        ended = OF_USERS.end(work.session, *others, now=now, reason=SessionEnd.PASSWORD_CHANGED)
        self.announce_ended(work, ended)
        with suppress(EmailChangeNotFound):
            email_changes.cancel(work.session, user.id, now=now)
        TOKENS.revoke(work.session, user.id, *DYING)
        self.record(
            work,
            "password_reset" if is_reset else "password_changed",
            user,
            by=self.actor().being(user),
        )
        work.announce(
            Accounts.account_password_changed,
            PasswordChanged(user=messages.as_user(user), changed_at=now, is_reset=is_reset),
            aggregate=user.id,
            account_id=user.account_id,
        )

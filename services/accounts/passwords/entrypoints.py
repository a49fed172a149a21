"""How does a user get another password? By the present one, or by a link in a mail."""

from __future__ import annotations

import datetime
import uuid
from contextlib import suppress

from accounts import messages
from accounts.audit_log import audit
from accounts.audit_log.audit import Actor
from accounts.email_changes import email_changes
from accounts.email_tokens import email_tokens
from accounts.email_tokens.email_tokens import Purpose
from accounts.entrypoints import AccountsEntrypoints
from accounts.models import UserRow
from accounts.passwords import password_resets, passwords, reauthentication
from accounts.profile import profile
from accounts.sessions import sessions
from accounts.sessions.sessions import SESSIONS
from accounts.throttles import throttles
from chassis import context
from chassis.database.work import Work
from chassis.process import offload
from chassis.rpc import serve
from wire.accounts import Accounts
from wire.accounts.email_changes import EmailChangeNotFound
from wire.accounts.email_tokens import EmailToken, GetEmailToken
from wire.accounts.passwords import (
    ChangePassword,
    PasswordChanged,
    PasswordIncorrect,
    PasswordUnchanged,
    ResetPassword,
)
from wire.accounts.sessions import SessionEnd
from wire.contract import FieldError, Nothing

# What could still let somebody in who knew the old password. Links to undo a change of address outlive it.
DYING = (Purpose.ACTIVATION, Purpose.PASSWORD_RESET, Purpose.EMAIL_CHANGE, Purpose.LOG_IN)


class PasswordEntrypoints(AccountsEntrypoints):
    @serve(Accounts.change_password)
    def change_password(self, request: ChangePassword) -> Nothing:
        """The other sessions end; the one that asks stays."""
        self.require_password(request.current_password)
        asking = context.current()
        with self.work() as work:
            user = reauthentication.find_user(work.session, asking.user_id)
            words = () if user is None else profile.own_words(user)
        new = request.new_password
        offload.in_thread(
            passwords.check, new, repeat=request.new_password_repeat, words=words, field="new_password"
        )
        if user is None:
            raise PasswordIncorrect
        if passwords.normal(new) == passwords.normal(request.current_password):
            raise PasswordUnchanged(
                errors=(FieldError(pointer="/new_password", code=PasswordUnchanged.code),)
            )
        kept = self.hash_password(new)
        with self.work() as work:
            held = sessions.hold(work.session, user)
            if held is None:  # the password was changed while this one was being hashed
                raise PasswordIncorrect
            held.password_hash = kept
            self._follow_new_password(work, held, by=self.actor().being(held), but=asking.session_id)
            return work.answer(Nothing())

    @serve(Accounts.get_password_reset)
    def get_password_reset(self, request: GetEmailToken) -> EmailToken:
        with self.work(is_across_accounts=True) as work:
            return password_resets.look(work.session, request.token_digest, now=self.clock.now())

    @serve(Accounts.reset_password)
    def reset_password(self, request: ResetPassword) -> Nothing:
        """Every session ends, nobody is logged in, and what was tried in vain is forgotten."""
        now = self.clock.now()
        with self.work(is_across_accounts=True) as work:
            words = profile.own_words(password_resets.usable(work.session, request.token_digest, now=now))
        offload.in_thread(passwords.check, request.password, repeat=request.password_repeat, words=words)
        kept = self.hash_password(request.password)
        with self.work(is_across_accounts=True) as work:
            user = password_resets.consume(work.session, request.token_digest, password_hash=kept, now=now)
            counter = throttles.of_address(user.email_key, secret=self.settings.token_key)
            throttles.clear(work.session, counter)
            self._follow_new_password(work, user, by=self.actor().being(user), is_reset=True)
            return work.answer(Nothing())

    def _follow_new_password(
        self,
        work: Work,
        user: UserRow,
        *,
        by: Actor,
        but: uuid.UUID | None = None,
        is_reset: bool = False,
    ) -> None:
        """What follows a new password: sessions and links of before end, and the user hears of it."""
        now, others = self.clock.now(), [SESSIONS.c.user_id == user.id]
        if but is not None:
            others.append(SESSIONS.c.id != but)
        work.session.flush()
        ended = sessions.end(work.session, *others, now=now, reason=SessionEnd.PASSWORD_CHANGED)
        self.announce_ended(work, ended)
        with suppress(EmailChangeNotFound):
            email_changes.cancel(work.session, user.id, now=now)
        email_tokens.revoke(work.session, user.id, *DYING)
        self._note_change(work, "password_reset" if is_reset else "password_changed", user, by=by, now=now)
        work.announce(
            Accounts.account_password_changed,
            PasswordChanged(user=messages.as_user(user), changed_at=now, is_reset=is_reset),
            aggregate=user.id,
            account_id=user.account_id,
        )

    @staticmethod
    def _note_change(work: Work, action: str, user: UserRow, *, by: Actor, now: datetime.datetime) -> None:
        audit.record(
            work.session,
            action,
            by=by,
            account_id=user.account_id,
            now=now,
            object_kind="user",
            object_id=user.id,
        )

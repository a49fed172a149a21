"""How does a user's address change? The pending change, its confirmation, and its undoing."""

from __future__ import annotations

import datetime

from accounts import messages
from accounts.audit_log import audit
from accounts.email_changes import confirmations, email_changes
from accounts.email_changes.confirmations import Settled
from accounts.email_tokens.email_tokens import Purpose
from accounts.entrypoints import AccountsEntrypoints
from accounts.profile import profile
from accounts.sessions import sessions
from chassis import context
from chassis.database.work import Work
from chassis.rpc import serve
from wire.accounts import Accounts
from wire.accounts.email_changes import (
    CancelEmailChange,
    ConfirmEmailChange,
    EmailChange,
    EmailChanged,
    EmailChangeSettled,
    EmailChangeState,
    EmailChangeUndone,
    GetEmailChange,
    GetEmailChangeToken,
    GetEmailUndoToken,
    UndoEmailChange,
)
from wire.accounts.email_tokens import EmailToken
from wire.accounts.sessions import SessionEnd
from wire.contract import Nothing


class EmailChangeEntrypoints(AccountsEntrypoints):
    @serve(Accounts.get_email_change)
    def get_email_change(self, request: GetEmailChange) -> EmailChange:  # who asks is in the context
        with self.work() as work:
            found = email_changes.pending(work.session, context.current().user_id, now=self.clock.now())
            return email_changes.as_change(found)

    @serve(Accounts.cancel_email_change)
    def cancel_email_change(self, request: CancelEmailChange) -> Nothing:  # who asks is in the context
        now = self.clock.now()
        with self.work() as work:
            user = profile.locked_user(work.session, context.current().user_id)
            change = email_changes.cancel(work.session, user.id, now=now)
            audit.record(
                work.session,
                "email_change_cancelled",
                by=self.actor().being(user),
                account_id=user.account_id,
                now=now,
                object_kind="user",
                object_id=user.id,
                facts={"from": change.old_email, "to": change.new_email},
            )
            return work.answer(Nothing())

    @serve(Accounts.get_email_change_token)
    def get_email_change_token(self, request: GetEmailChangeToken) -> EmailToken:
        return self._look(request.token_digest, Purpose.EMAIL_CHANGE)

    @serve(Accounts.get_email_undo_token)
    def get_email_undo_token(self, request: GetEmailUndoToken) -> EmailToken:
        return self._look(request.token_digest, Purpose.EMAIL_UNDO)

    def _look(self, token_digest: str, purpose: Purpose) -> EmailToken:
        with self.work(is_across_accounts=True) as work:
            return confirmations.look(work.session, token_digest, purpose, now=self.clock.now())

    @serve(Accounts.confirm_email_change)
    def confirm_email_change(self, request: ConfirmEmailChange) -> EmailChangeSettled:
        """Every session ends but the one that asked: whoever else was logged in did not."""
        now = self.clock.now()
        with self.work(is_across_accounts=True) as work:
            settled = confirmations.confirm(
                work.session, request.token_digest, key=self.settings.token_key, now=now
            )
            self._announce_changed(work, settled)
            self._end_sessions(work, settled, now=now, is_asker_spared=True)
            self._record(work, "email_changed", settled, now=now)
            return work.answer(_outcome(settled))

    @serve(Accounts.undo_email_change)
    def undo_email_change(self, request: UndoEmailChange) -> EmailChangeSettled:
        now = self.clock.now()
        with self.work(is_across_accounts=True) as work:
            settled = confirmations.undo(work.session, request.token_digest, now=now)
            work.announce(
                Accounts.account_email_change_undone,
                EmailChangeUndone(
                    change_id=settled.change.id,
                    user=messages.as_user(settled.user),
                    abandoned_email=settled.left_email,
                ),
                aggregate=settled.user.id,
                account_id=settled.user.account_id,
                previous={"email": settled.left_email},
            )
            self._end_sessions(work, settled, now=now, is_asker_spared=False)
            self._record(work, "email_change_undone", settled, now=now)
            return work.answer(_outcome(settled))

    @staticmethod
    def _announce_changed(work: Work, settled: Settled) -> None:
        change, user = settled.change, settled.user
        if settled.undo_link_id is None or change.undo_until is None:
            raise ValueError("a change that was applied can be undone")
        work.announce(
            Accounts.account_email_changed,
            EmailChanged(
                change_id=change.id,
                user=messages.as_user(user),
                old_email=settled.left_email,
                undo_link_id=settled.undo_link_id,
                undo_until=change.undo_until,
            ),
            aggregate=user.id,
            account_id=user.account_id,
            previous={"email": settled.left_email},
        )

    def _end_sessions(
        self, work: Work, settled: Settled, *, now: datetime.datetime, is_asker_spared: bool
    ) -> None:
        which = [sessions.SESSIONS.c.user_id == settled.user.id]
        if is_asker_spared:
            which.append(sessions.SESSIONS.c.id != settled.change.session_id)
        ended = sessions.end(work.session, *which, now=now, reason=SessionEnd.EMAIL_CHANGED)
        self.announce_ended(work, ended)

    def _record(self, work: Work, action: str, settled: Settled, *, now: datetime.datetime) -> None:
        """Whoever holds the link acts for the user: the mailbox is theirs."""
        user = settled.user
        audit.record(
            work.session,
            action,
            by=self.actor().being(user),
            account_id=user.account_id,
            now=now,
            object_kind="user",
            object_id=user.id,
            facts={"from": settled.left_email, "to": user.email},
        )


def _outcome(settled: Settled) -> EmailChangeSettled:
    return EmailChangeSettled(state=EmailChangeState(settled.change.state), email=settled.user.email)

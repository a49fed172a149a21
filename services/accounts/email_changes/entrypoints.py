"""Changes of a user's email address: the pending one, its confirmation, and its undoing."""

from __future__ import annotations

import datetime
import uuid

from accounts import messages
from accounts.email_changes import confirmations, email_changes
from accounts.email_changes.confirmations import Settled
from accounts.email_tokens import user_tokens
from accounts.email_tokens.user_tokens import Purpose
from accounts.entrypoints import AccountsEntrypoints
from accounts.profile import profile
from accounts.sessions import sessions
from accounts.sessions.sessions import OF_USERS
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
from wire.accounts.sessions import SessionEnd
from wire.contract import Nothing
from wire.identity import EmailToken


class EmailChangeEntrypoints(AccountsEntrypoints):
    @serve(Accounts.get_email_change)
    def get_email_change(self, request: GetEmailChange) -> EmailChange:  # who asks is in the context
        with self.work() as work:
            found = email_changes.pending(work.session, context.current().user_id, now=self.clock.now())
            return messages.as_email_change(found)

    @serve(Accounts.cancel_email_change)
    def cancel_email_change(self, request: CancelEmailChange) -> Nothing:  # who asks is in the context
        now = self.clock.now()
        with self.work() as work:
            user = profile.locked_user(work.session, context.current().user_id)
            change = email_changes.cancel(work.session, user.id, now=now)
            by, facts = self.actor().being(user), {"from": change.old_email, "to": change.new_email}
            self.record(work, "email_change_cancelled", user, by=by, facts=facts)
            return work.answer(Nothing())

    @serve(Accounts.get_email_change_token)
    def get_email_change_token(self, request: GetEmailChangeToken) -> EmailToken:
        return self._look(request.token_digest, Purpose.EMAIL_CHANGE)

    @serve(Accounts.get_email_undo_token)
    def get_email_undo_token(self, request: GetEmailUndoToken) -> EmailToken:
        return self._look(request.token_digest, Purpose.EMAIL_UNDO)

    def _look(self, token_digest: str, purpose: Purpose) -> EmailToken:
        with self.work.all_tenants() as work:
            return confirmations.look(work.session, token_digest, purpose, now=self.clock.now())

    @serve(Accounts.confirm_email_change)
    def confirm_email_change(self, request: ConfirmEmailChange) -> EmailChangeSettled:
        """Every session ends but the one that asked: whoever else was logged in did not."""
        now = self.clock.now()
        account_id = self._account_of_token(request.token_digest, Purpose.EMAIL_CHANGE)
        with self.work.for_tenant(account_id) as work:
            settled = confirmations.confirm(
                work.session, request.token_digest, issuer=self.token_issuer, now=now
            )
            self._announce_changed(work, settled)
            self._end_sessions(work, settled, now=now, is_asker_spared=True)
            self._record_settled(work, "email_changed", settled)
            return work.answer(_outcome(settled))

    @serve(Accounts.undo_email_change)
    def undo_email_change(self, request: UndoEmailChange) -> EmailChangeSettled:
        now = self.clock.now()
        account_id = self._account_of_token(request.token_digest, Purpose.EMAIL_UNDO)
        with self.work.for_tenant(account_id) as work:
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
            self._record_settled(work, "email_change_undone", settled)
            return work.answer(_outcome(settled))

    def _account_of_token(self, token_digest: str, purpose: Purpose) -> uuid.UUID:
        with self.work.all_tenants() as work:
            return user_tokens.find(work.session, token_digest, purpose).account_id

    @staticmethod
    def _announce_changed(work: Work, settled: Settled) -> None:
        change, user = settled.change, settled.user
        if settled.undo_token_id is None or change.undo_until is None:
            raise ValueError("a change that was applied can be undone")
        work.announce(
            Accounts.account_email_changed,
            EmailChanged(
                change_id=change.id,
                user=messages.as_user(user),
                old_email=settled.left_email,
                undo_link_id=settled.undo_token_id,
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
        ended = OF_USERS.end(work.session, *which, now=now, reason=SessionEnd.EMAIL_CHANGED)
        self.announce_ended(work, ended)

    def _record_settled(self, work: Work, action: str, settled: Settled) -> None:
        """Whoever holds the token acts for the user: the mailbox is theirs."""
        by, facts = self.actor().being(settled.user), {"from": settled.left_email, "to": settled.user.email}
        self.record(work, action, settled.user, by=by, facts=facts)


def _outcome(settled: Settled) -> EmailChangeSettled:
    return EmailChangeSettled(state=EmailChangeState(settled.change.state), email=settled.user.email)

"""Cancellation of an account by its owner, at once or when the paid period is over, and its undoing."""

from __future__ import annotations

import datetime

from accounts import messages
from accounts.account_status import account_status
from accounts.audit_log import audit
from accounts.audit_log.actors import SYSTEM, Actor
from accounts.cancellation import cancellations
from accounts.cancellation.models import CancellationRow
from accounts.models import AccountRow, UserRow
from accounts.passwords.verification import PasswordVerification
from accounts.sessions.sessions import OF_USERS, SESSIONS
from chassis import context
from chassis.database.work import Work
from chassis.every import every
from chassis.rpc import serve
from wire.accounts import Accounts
from wire.accounts.cancellation import (
    AccountCancelled,
    CancelAccount,
    CancellationReason,
    CancellationScheduled,
    CancellationUndone,
    Effective,
    UndoCancellation,
)
from wire.accounts.sessions import SessionEnd
from wire.accounts.tenancy import Account, UserUnknown


class CancellationEntrypoints(PasswordVerification):
    @serve(Accounts.cancel_account)
    def cancel_account(self, request: CancelAccount) -> Account:
        """An account that was cancelled a moment ago is cancelled: who comes second is told so and changes nothing."""
        cancellations.check_details(request.details)
        self.require_password(request.current_password)
        with self.work() as work:
            account, user = self._locked_account(work)
            if not account_status.is_cancelled(account):
                self._cancel_for(work, account, user, request)
            return work.answer(messages.as_account(account))

    def _cancel_for(self, work: Work, account: AccountRow, user: UserRow, request: CancelAccount) -> None:
        now, by = self.clock.now(), self.actor().being(user)
        if request.effective is Effective.PERIOD_END:
            row = cancellations.schedule(work.session, account, user, request, now=now)
            self._announce_scheduled(work, account, user, row, by=by)
        else:
            before = account.status
            row = cancellations.cancel(work.session, account, user, request, now=now)
            self._shut_down(work, account, user, row, before=before, by=by, now=now)

    @serve(Accounts.undo_cancellation)
    def undo_cancellation(self, request: UndoCancellation) -> Account:  # who asks is in the context
        with self.work() as work:
            account, user = self._locked_account(work)
            cancellations.undo(work.session, account)
            undone = CancellationUndone(account=messages.as_account(account), owner=messages.as_user(user))
            work.announce(Accounts.account_cancellation_undone, undone, aggregate=account.id)
            self.record(work, "cancellation_undone", account, by=self.actor().being(user))
            return work.answer(undone.account)

    @every(2.0)
    def cancel_what_is_due(self) -> None:
        """Cancel the accounts whose paid period is over, one after the other."""
        while True:
            now = self.clock.now()
            with self.work.all_tenants() as work:
                account = cancellations.due(work.session, now=now)
                if account is None:
                    return
                before = account.status
                row = cancellations.take_effect(work.session, account, now=now)
                user = work.session.get_one(UserRow, row.requested_by)
                self._shut_down(work, account, user, row, before=before, by=SYSTEM, now=now)

    def _locked_account(self, work: Work) -> tuple[AccountRow, UserRow]:
        """The account of who asks, locked, and the user. Raises `UserUnknown`."""
        caller = context.current()
        account = account_status.locked(work.session, caller.account_id)
        user = work.session.get(UserRow, caller.user_id)
        if account is None or user is None:
            raise UserUnknown
        return account, user

    def _announce_scheduled(
        self, work: Work, account: AccountRow, user: UserRow, row: CancellationRow, *, by: Actor
    ) -> None:
        event = CancellationScheduled(
            account=messages.as_account(account),
            owner=messages.as_user(user),
            reason=CancellationReason(row.reason),
            takes_effect_at=row.takes_effect_at,
        )
        work.announce(Accounts.account_cancellation_scheduled, event, aggregate=account.id)
        self.record(work, "cancellation_scheduled", account, by=by, facts=_facts(row))

    def _shut_down(
        self,
        work: Work,
        account: AccountRow,
        user: UserRow,
        row: CancellationRow,
        *,
        before: str,
        by: Actor,
        now: datetime.datetime,
    ) -> None:
        """Everybody is logged out, and everybody is told; `before` is the account's status until now."""
        ended = OF_USERS.end(
            work.session, SESSIONS.c.account_id == account.id, now=now, reason=SessionEnd.ACCOUNT_CANCELLED
        )
        self.announce_ended(work, ended)
        event = AccountCancelled(
            account=messages.as_account(account),
            owner=messages.as_user(user),
            cancellation_id=row.id,
            reason=CancellationReason(row.reason),
            is_paid=row.is_paid,
            cancelled_at=now,
        )
        work.announce(
            Accounts.account_cancelled,
            event,
            aggregate=account.id,
            account_id=account.id,
            previous={"status": before},
        )
        self.record(work, "account_cancelled", account, by=by, facts=_facts(row))


def _facts(row: CancellationRow) -> audit.Facts:
    return {"reason": row.reason, "is_paid": row.is_paid, "effective": row.effective}

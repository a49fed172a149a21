"""How does an owner end the account, and think better of it?"""

from __future__ import annotations

import datetime

from accounts import messages
from accounts.account_status import account_status
from accounts.audit_log import audit
from accounts.audit_log.audit import Actor, ActorKind
from accounts.cancellation import cancellations
from accounts.cancellation.models import CancellationRow
from accounts.entrypoints import AccountsEntrypoints
from accounts.models import AccountRow, UserRow
from accounts.sessions import sessions
from accounts.sessions.sessions import SESSIONS
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


class CancellationEntrypoints(AccountsEntrypoints):
    @serve(Accounts.cancel_account)
    def cancel_account(self, request: CancelAccount) -> Account:
        """An account that was cancelled a moment ago is cancelled: who comes second is told so and changes nothing."""
        cancellations.check_details(request.details)
        self.require_password(request.current_password)
        with self.work() as work:
            account, user = self._asking_owner(work)
            if not account_status.is_cancelled(account):
                self._cancel_for(work, account, user, request)
            return work.answer(messages.as_account(account))

    def _cancel_for(self, work: Work, account: AccountRow, user: UserRow, request: CancelAccount) -> None:
        now, by = self.clock.now(), self.actor().being(user)
        if request.effective is Effective.PERIOD_END:
            row = cancellations.schedule(work.session, account, user, request, now=now)
            self._tell_scheduled(work, account, user, row, by=by, now=now)
        else:
            before = account.status
            row = cancellations.cancel(work.session, account, user, request, now=now)
            self._shut_down(work, account, user, row, before=before, by=by, now=now)

    @serve(Accounts.undo_cancellation)
    def undo_cancellation(self, request: UndoCancellation) -> Account:  # who asks is in the context
        with self.work() as work:
            account, user = self._asking_owner(work)
            cancellations.undo(work.session, account)
            told = CancellationUndone(account=messages.as_account(account), owner=messages.as_user(user))
            work.announce(Accounts.account_cancellation_undone, told, aggregate=account.id)
            audit.record(
                work.session,
                "cancellation_undone",
                by=self.actor().being(user),
                account_id=account.id,
                now=self.clock.now(),
                object_kind="account",
                object_id=account.id,
            )
            return work.answer(told.account)

    @every(2.0)
    def cancel_what_is_due(self) -> None:
        """Cancel the accounts whose paid period is over, one after the other."""
        while True:
            now = self.clock.now()
            with self.work(is_across_accounts=True) as work:
                account = cancellations.due(work.session, now=now)
                if account is None:
                    return
                before = account.status
                row = cancellations.take_effect(work.session, account, now=now)
                user = work.session.get_one(UserRow, row.requested_by)
                by = Actor(kind=ActorKind.SYSTEM)
                self._shut_down(work, account, user, row, before=before, by=by, now=now)

    def _asking_owner(self, work: Work) -> tuple[AccountRow, UserRow]:
        """The account of who asks, locked, and the user. Raises `UserUnknown`."""
        asking = context.current()
        account = account_status.locked(work.session, asking.account_id)
        user = work.session.get(UserRow, asking.user_id)
        if account is None or user is None:
            raise UserUnknown
        return account, user

    def _tell_scheduled(
        self,
        work: Work,
        account: AccountRow,
        user: UserRow,
        row: CancellationRow,
        *,
        by: Actor,
        now: datetime.datetime,
    ) -> None:
        told = CancellationScheduled(
            account=messages.as_account(account),
            owner=messages.as_user(user),
            reason=CancellationReason(row.reason),
            takes_effect_at=row.takes_effect_at,
        )
        work.announce(Accounts.account_cancellation_scheduled, told, aggregate=account.id)
        self._record_cancellation(work, "cancellation_scheduled", account, row, by=by, now=now)

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
        ended = sessions.end(
            work.session, SESSIONS.c.account_id == account.id, now=now, reason=SessionEnd.ACCOUNT_CANCELLED
        )
        self.announce_ended(work, ended)
        told = AccountCancelled(
            account=messages.as_account(account),
            owner=messages.as_user(user),
            cancellation_id=row.id,
            reason=CancellationReason(row.reason),
            is_paid=row.is_paid,
            cancelled_at=now,
        )
        work.announce(
            Accounts.account_cancelled,
            told,
            aggregate=account.id,
            account_id=account.id,
            previous={"status": before},
        )
        self._record_cancellation(work, "account_cancelled", account, row, by=by, now=now)

    @staticmethod
    def _record_cancellation(
        work: Work,
        action: str,
        account: AccountRow,
        row: CancellationRow,
        *,
        by: Actor,
        now: datetime.datetime,
    ) -> None:
        audit.record(
            work.session,
            action,
            by=by,
            account_id=account.id,
            now=now,
            object_kind="account",
            object_id=account.id,
            facts={"reason": row.reason, "is_paid": row.is_paid, "effective": row.effective},
        )
